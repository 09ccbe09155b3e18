//! The library from outside: files, recall and rules. One program, because each one takes its own time to link.

mod dense;
mod dynamics;
mod golden;
mod io_arrays;
mod io_fuzz;
mod io_networks;
mod io_tables;
mod recall;
mod rules;
mod states;
