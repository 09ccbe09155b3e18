//! The real binary, from outside: what works, what the README shows, and every way to misuse it.

mod absurd;
mod bad_input;
mod basins;
mod certificates;
mod commands;
mod compare;
mod discrete;
mod experiments;
mod export;
mod folder;
mod foreign;
mod help;
mod inputs;
mod interrupt;
mod novelty;
mod outputs;
mod own_experiments;
mod pages;
mod pairs;
mod parts;
mod readme;
mod recall;
mod rules;
mod states;
mod survive;
mod tables;
