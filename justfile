# What is done often, by `just NAME` (pip install rust-just). Without just, the commands are the lines below the names.

# What a change must pass before it is handed in, but for HiGHS.
check:
    cargo fmt --all --check
    .ci/dependencies.py
    .ci/imports.py
    .ci/spelling
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
    cargo test --workspace

# The tests alone; `just test NAME` runs those with NAME in their names.
test *name:
    cargo test --workspace {{name}}

# Times of fitting and recall.
bench:
    cargo bench --workspace

# Arbitrary bytes to the certificate checker, for `seconds`.
fuzz seconds="60":
    mkdir -p target/corpus
    RUSTC_BOOTSTRAP=1 cargo fuzz run certificate target/corpus fuzz/corpus/certificate -- -max_total_time={{seconds}}

# The crates that use HiGHS, with it.
highs:
    .ci/highs

# The paper's figures, a small part of each; `just figures full` takes half an hour.
figures size="quick":
    cargo run --release -- reproduce all {{ if size == "quick" { "--quick" } else { "" } }} -o target/figures/{{size}}
