//! One file per subcommand.

mod associate;
mod basins;
mod capacity;
mod classify;
mod compare;
mod completions;
mod data;
mod demo;
mod export;
mod import;
mod inspect;
mod novelty;
mod recall;
mod reproduce;
mod rules;
#[cfg(feature = "serve")]
mod serve;
mod states;
mod train;
mod verify;

use anyhow::Result;
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::DemoArgs),
    Data(data::DataArgs),
    Train(train::TrainArgs),
    Recall(recall::RecallArgs),
    Associate(associate::AssociateArgs),
    Inspect(inspect::InspectArgs),
    Verify(verify::VerifyArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Classify(classify::ClassifyArgs),
    Capacity(capacity::CapacityArgs),
    Basins(basins::BasinsArgs),
    Compare(compare::CompareArgs),
    Novelty(novelty::NoveltyArgs),
    Reproduce(reproduce::ReproduceArgs),
    States(states::StatesArgs),
    Rules(rules::RulesArgs),
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
    Completions(completions::CompletionsArgs),
}

/// Runs one subcommand of the program, which `program` describes.
///
/// # Errors
/// Whatever the user has to know: what, where, what to do.
pub(crate) fn run(command: Command, program: fn() -> clap::Command) -> Result<ExitCode> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Data(args) => data::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Recall(args) => recall::run(&args),
        Command::Associate(args) => associate::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Verify(args) => return verify::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Classify(args) => classify::run(&args),
        Command::Capacity(args) => capacity::run(&args),
        Command::Basins(args) => basins::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Novelty(args) => novelty::run(&args),
        Command::Reproduce(args) => reproduce::run(&args),
        Command::States(args) => states::run(&args),
        Command::Rules(args) => rules::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Completions(args) => completions::run(&args, program()),
    }?;
    Ok(ExitCode::SUCCESS)
}
