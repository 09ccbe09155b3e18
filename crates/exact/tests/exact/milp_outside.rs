//! Exported models, read back and solved by outside solvers, have the optimum that the embedded solver finds.
//!
//! Runs where the Python named by `ATTRACTOR_PYTHON` (else `python3`) has at least two of highspy, gurobipy and
//! pyscipopt; elsewhere it says that it is skipped.

use attractor::{Couplings, Patterns, Shape, Symmetry, Ties};
use attractor_exact::milp::{BigM, Form, Format, ModelOptions, SolverStatus, export, solve};
use attractor_exact::{Control, Weights};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Prints `SOLVERS name …`, then `path solver objective` for each file and solver.
const SCRIPT: &str = r#"
import sys

def highs(path):
    import highspy
    model = highspy.Highs()
    model.silent()
    assert model.readModel(path) == highspy.HighsStatus.kOk, path
    model.setOptionValue("mip_rel_gap", 0.0)
    model.run()
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return model.getInfo().objective_function_value

def gurobi(path):
    import gurobipy
    with gurobipy.Env(params={"OutputFlag": 0}) as env, gurobipy.read(path, env) as model:
        model.Params.MIPGap = 0
        model.optimize()
        assert model.Status == gurobipy.GRB.OPTIMAL
        return model.ObjVal

def scip(path):
    import pyscipopt
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(path)
    model.optimize()
    assert model.getStatus() == "optimal"
    return model.getObjVal()

solvers = {}
for name, module, solver in [("highs", "highspy", highs), ("gurobi", "gurobipy", gurobi), ("scip", "pyscipopt", scip)]:
    try:
        __import__(module)
        solvers[name] = solver
    except ImportError:
        pass
print("SOLVERS", *solvers)
if len(solvers) >= 2:
    for path in sys.argv[1:]:
        for name, solver in solvers.items():
            print(path, name, solver(path))
"#;

#[test]
fn exported_models_have_the_same_optimum_in_outside_solvers() {
    let directory = std::env::temp_dir().join(format!("attractor-milp-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let mut expected: Vec<(PathBuf, f64)> = Vec::new();
    for (k, (patterns, couplings, options)) in cases().into_iter().enumerate() {
        for form in [Form::Faithful, Form::Compact] {
            let options = ModelOptions { form, ..options };
            let model = BigM::new(&patterns, &couplings, &options).unwrap();
            let solution = solve(&model, &Control::new()).unwrap();
            assert_eq!(solution.status, SolverStatus::Optimal);
            for format in [Format::Mps, Format::Lp] {
                let path = directory.join(format!("case{k}_{form:?}.{format}"));
                write(&model, format, &path);
                expected.push((path, solution.objective.unwrap()));
            }
        }
    }
    let python = std::env::var("ATTRACTOR_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&python)
        .args(["-c", SCRIPT])
        .args(expected.iter().map(|(path, _)| path))
        .output();
    std::fs::remove_dir_all(&directory).unwrap();
    let Ok(output) = output else {
        eprintln!("skipped: `{python}` cannot be run; ATTRACTOR_PYTHON names another");
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let mut lines = text
        .lines()
        .filter(|line| !line.starts_with("Set parameter"));
    let solvers = lines.find_map(|line| line.strip_prefix("SOLVERS")).unwrap();
    let solvers = solvers.split_whitespace().count();
    if solvers < 2 {
        eprintln!("skipped: `{python}` has fewer than two of highspy, gurobipy and pyscipopt");
        return;
    }
    let answers: Vec<Vec<&str>> = lines.map(|l| l.split_whitespace().collect()).collect();
    for (path, objective) in expected {
        let path = path.to_str().unwrap();
        let found: Vec<_> = answers.iter().filter(|answer| answer[0] == path).collect();
        assert_eq!(found.len(), solvers, "{text}");
        for answer in found {
            let value: f64 = answer[2].parse().unwrap();
            assert!((value - objective).abs() < 1e-4, "{answer:?}: {objective}");
        }
    }
}

fn write(model: &BigM, format: Format, path: &Path) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    export(model, format, &mut file).unwrap();
}

/// Every variant at least once.
fn cases() -> Vec<(Patterns, Couplings, ModelOptions)> {
    let shape = Shape {
        height: 2,
        width: 3,
    };
    let symmetric = Couplings::full(5, Symmetry::Symmetric).unwrap();
    let directed = Couplings::full(4, Symmetry::Directed).unwrap();
    let local = Couplings::receptive_field(shape, 1.0, Symmetry::Symmetric).unwrap();
    let directed_local = Couplings::receptive_field(shape, 1.0, Symmetry::Directed).unwrap();
    let real = ModelOptions::default();
    let options = [
        (&symmetric, real),
        (
            &symmetric,
            ModelOptions {
                ties: Ties::Negative,
                sparsity: Some(0.001),
                epsilon: 0.05,
                ..real
            },
        ),
        (&directed_local, ModelOptions { bias: true, ..real }),
        (
            &directed,
            ModelOptions {
                weights: Weights::Ternary,
                bias: true,
                ..real
            },
        ),
        (
            &local,
            ModelOptions {
                weights: Weights::Binary,
                bias: true,
                big_m: Some(10.0),
                ..real
            },
        ),
        (
            &local,
            ModelOptions {
                weights: Weights::Integer(3),
                sparsity: Some(0.001),
                ..real
            },
        ),
    ];
    let with_patterns = options.into_iter().map(|(couplings, options)| {
        let patterns = Patterns::random(5, couplings.neurons(), 3).unwrap();
        (patterns, couplings.clone(), options)
    });
    with_patterns.collect()
}
