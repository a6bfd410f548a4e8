//! The thread in which evcxr lives.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use evcxr::{CommandContext, Error, EvalCallbacks, EvalContext, EvalOutputs};

use super::dependency;
use super::engine::{Cell, Job, Outcome, Place};
use super::failure::Failure;
use super::report::{self, Case};
use super::stop::{self, Stop};
use super::tools;
use super::watch::{Told, Watch};
use crate::relay::event::{Data, Event};
use crate::{environment, fault};

/// Run when the kernel starts: the loader finds libtorch, and evcxr learns that cells use `?`. It leaves no variable and
/// draws no random number.
const WARM_UP: &str = "let _ = support::tch::Tensor::from_slice(&[1.0f32]);\nstd::str::from_utf8(b\"\")?;";
/// Completed when the kernel starts: rust-analyzer reads the crates, which the first variable would wait for.
const FIRST_READING: &str = "let tensor = support::tch::Tensor::from_slice(&[1.0f32]);\ntensor.si";

/// Commands that change what `:clear` does not change back.
const LASTING: [&str; 4] = [":env", ":build_env", ":toolchain", ":quit"];

pub(super) struct Worker {
    place: Place,
    stop: Arc<Stop>,
    watch: Watch,
    context: Option<CommandContext>,
    /// Why the last attempt to load failed.
    problem: Option<Failure>,
    loaded: bool,
    /// Whether a cell did what a reset does not undo.
    lasting: bool,
}

impl Worker {
    pub fn new(place: Place, stop: Arc<Stop>, watch: Watch) -> Self {
        Self { place, stop, watch, context: None, problem: None, loaded: false, lasting: false }
    }

    pub fn work(&mut self, job: Job) {
        // Nobody may be left to hear the answer: the notebook was closed.
        match job {
            Job::Load(answer) => drop(answer.send(self.load())),
            Job::Execute(cell, answer) => drop(answer.send(self.execute(&cell))),
            Job::Complete(code, cursor, answer) => {
                drop(answer.send(tools::complete(self.context.as_mut(), &code, cursor)));
            }
            Job::Inspect(code, cursor, answer) => {
                drop(answer.send(tools::inspect(self.context.as_mut(), &code, cursor)));
            }
            Job::Reset(answer) => drop(answer.send(self.reset())),
        }
    }

    /// Starts evcxr and loads the crate, unless that is done. A failure is kept for the next cell.
    pub fn load(&mut self) -> bool {
        if !self.loaded {
            let tried = catch_unwind(AssertUnwindSafe(|| self.try_load()));
            let tried = tried.unwrap_or_else(|_| {
                self.context = None;
                Err(anyhow!("evcxr panicked while it was loaded"))
            });
            self.loaded = tried.is_ok();
            self.problem = tried.err().map(not_ready);
        }
        self.loaded
    }

    fn try_load(&mut self) -> Result<()> {
        if let Some(problem) = fault::find(&self.place.lab) {
            bail!(problem);
        }
        let context = match &mut self.context {
            Some(context) => context,
            none => none.insert(start(&self.place, &self.watch)?),
        };
        let support = self.place.lab.support();
        let load = format!("{}\n{WARM_UP}", dependency::line(&support));
        for (cell, what) in [
            (":load_config --quiet", "evcxr.toml or the prelude beside it fails"),
            (load.as_str(), "the crate `support` could not be loaded"),
        ] {
            self.watch.begin(Arc::new(|_| {}));
            let answer = context.execute(cell);
            let told = self.watch.end(ran(&answer));
            let case = Case { code: cell, generated: "", lost: &[], killed: false };
            let failure = match &answer {
                Ok(_) => report::said(&case, &told),
                Err(error) => Some(report::evcxr(&case, &told, error)),
            };
            if let Some(failure) = failure {
                let lines = failure.traceback.join("\n");
                bail!("{what}:\n{lines}");
            }
        }
        let _ = context.completions(FIRST_READING, FIRST_READING.len());
        Ok(())
    }

    fn execute(&mut self, cell: &Cell) -> Outcome {
        self.stop.begin();
        if !self.load() {
            self.stop.end();
            return Outcome { value: None, failure: self.problem.clone() };
        }
        let Some(context) = self.context.as_mut() else {
            return Outcome { value: None, failure: self.problem.clone() };
        };
        self.lasting |= cell.code.lines().any(|line| {
            let word = line.split_whitespace().next().unwrap_or_default();
            LASTING.contains(&word) || (word == ":dep" && !line.contains("support"))
        });
        let code = dependency::known(&cell.code, &self.place.lab.support());
        let before = variables(context);
        self.watch.begin(Arc::clone(&cell.listener));
        let mut callbacks =
            EvalCallbacks { input_reader: &|request| (cell.input)(&request.prompt, request.is_password) };
        let answer = catch_unwind(AssertUnwindSafe(|| context.execute_with_callbacks(&code, &mut callbacks)));
        let Ok(answer) = answer else {
            self.stop.end();
            (self.context, self.loaded) = (None, false);
            return Outcome { value: None, failure: Some(evaluator_panicked(&before)) };
        };
        let told = self.watch.end(ran(&answer));
        let killed = self.stop.end();
        let after = variables(context);
        let lost: Vec<String> = before.difference(&after).cloned().collect();
        let generated = fs::read_to_string(self.place.folder.join("src/lib.rs")).unwrap_or_default();
        let case = Case { code: &cell.code, generated: &generated, lost: &lost, killed };
        match answer {
            Ok(outputs) => {
                let failure = report::said(&case, &told);
                Outcome { value: value(cell, outputs, told), failure }
            }
            Err(error) => {
                Outcome { value: told.last.clone(), failure: Some(report::evcxr(&case, &told, &error)) }
            }
        }
    }

    /// Clears everything and loads the crate again, which is quick: compiled code and what was read stay.
    fn reset(&mut self) -> bool {
        let Some(context) = self.context.as_mut().filter(|_| self.loaded && !self.lasting) else {
            return false;
        };
        context.reset_config();
        self.watch.begin(Arc::new(|_| {}));
        let load = format!(":clear\n{}\n{WARM_UP}", dependency::line(&self.place.lab.support()));
        let answer = catch_unwind(AssertUnwindSafe(|| context.execute(&load)));
        let cleared = answer.is_ok_and(|answer| {
            let told = self.watch.end(ran(&answer));
            answer.is_ok() && told.said.is_none()
        });
        self.loaded = cleared;
        cleared
    }
}

/// evcxr, with the relay before the process that runs cells.
fn start(place: &Place, watch: &Watch) -> Result<CommandContext> {
    let mut relay =
        Command::new(std::env::current_exe().context("this program does not know where it lies")?);
    relay.env(environment::RELAY, "1").env(stop::FILE, stop::file(&place.folder));
    let (context, outputs) =
        EvalContext::with_subprocess_command(relay).map_err(|error| anyhow!("{error}"))?;
    watch.follow(outputs.stderr);
    // Its standard output comes by the relay as well.
    drop(outputs.stdout);
    Ok(CommandContext::with_eval_context(context))
}

/// Whether code ran at all, after which the relay has last words.
fn ran(answer: &Result<EvalOutputs, Error>) -> bool {
    match answer {
        Ok(outputs) => outputs.phases.iter().any(|phase| phase.name == "Final compile"),
        Err(error) => matches!(error, Error::SubprocessTerminated(_)),
    }
}

fn variables(context: &CommandContext) -> BTreeSet<String> {
    context.variables_and_types().map(|(name, _)| name.to_owned()).collect()
}

/// What evcxr's commands answer comes first; a value after it is the cell's.
fn value(cell: &Cell, outputs: EvalOutputs, told: Told) -> Option<Data> {
    let answered: Data =
        outputs.content_by_mime_type.into_iter().map(|(mime, text)| (mime, text.into())).collect();
    match (answered.is_empty(), told.last) {
        (true, last) => last,
        (false, None) => Some(answered),
        (false, last) => {
            (cell.listener)(Event::Display { data: answered, id: None });
            last
        }
    }
}

fn not_ready(error: anyhow::Error) -> Failure {
    let text = format!("{error:#}");
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().trim_end_matches(':').to_owned();
    let below = lines.map(str::to_owned).chain(["Mend it, then run this cell again.".to_owned()]);
    Failure::new("NotReady", first, below.collect())
}

fn evaluator_panicked(before: &BTreeSet<String>) -> Failure {
    let names: Vec<&str> = before.iter().map(String::as_str).collect();
    let what = if names.is_empty() { "no variables".to_owned() } else { names.join(", ") };
    Failure::new(
        "Crash",
        "evcxr itself panicked over this cell",
        vec![format!("It starts anew with the next cell. Lost: {what}.")],
    )
}
