//! The thread in which evcxr lives.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use evcxr::{CommandContext, Error, EvalCallbacks, EvalContext, EvalOutputs};
use serde_json::Value;

use super::cell_error::CellError;
use super::dependency;
use super::error_report::{self, Case};
use super::evaluator::{Cell, Job, Outcome, Workdir};
use super::interrupt::{self, Interrupt};
use super::names::{Names, Ran};
use super::output_listener::{CellReport, OutputListener};
use super::{completion, opt_level, syntax};
use crate::launcher::{child_env, preflight};
use crate::relay::event::{Data, Event};
use crate::toolchain;

/// Run when the kernel starts: the loader finds libtorch, evcxr learns that cells use `?`, and values without a form of
/// their own are shown, also where nobody imports the prelude. It leaves no variable and draws no random number.
const WARM_UP: &str = "use support::display::Plain as _;\nlet _ = support::tch::Tensor::from_slice(&[1.0f32]);\nstd::str::from_utf8(b\"\")?;";
/// Completed when the kernel starts: rust-analyzer reads the crates, which the first variable would wait for.
const FIRST_READING: &str = "let tensor = support::tch::Tensor::from_slice(&[1.0f32]);\ntensor.si";

/// Commands that change what `:clear` does not change back.
const LASTING: [&str; 4] = [":env", ":build_env", ":toolchain", ":quit"];

/// How far a kernel has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LoadStage {
    /// evcxr runs, and with it any cell of plain Rust.
    Evcxr,
    /// The crate `support` is compiled and linked.
    Crate,
    /// rust-analyzer has read the crates.
    Reading,
}

const LOAD_STAGES: [LoadStage; 3] = [LoadStage::Evcxr, LoadStage::Crate, LoadStage::Reading];

pub(super) struct EvaluatorThread {
    place: Workdir,
    stop: Arc<Interrupt>,
    watch: OutputListener,
    context: Option<CommandContext>,
    done: Option<LoadStage>,
    /// The step that failed last, and why.
    problem: Option<(LoadStage, CellError)>,
    /// Whether a cell did what a reset does not undo.
    lasting: bool,
    /// Whether later cells compile code that is worth optimising.
    worth: bool,
    names: Names,
}

impl EvaluatorThread {
    pub fn new(place: Workdir, stop: Arc<Interrupt>, watch: OutputListener) -> Self {
        Self {
            place,
            stop,
            watch,
            context: None,
            done: None,
            problem: None,
            lasting: false,
            worth: false,
            names: Names::default(),
        }
    }

    pub fn work(&mut self, job: Job) {
        // Nobody may be left to hear the answer: the notebook was closed.
        match job {
            Job::Load(answer) => drop(answer.send(self.reach(LoadStage::Reading).is_ok())),
            Job::Execute(cell, answer) => drop(answer.send(self.execute(&cell))),
            Job::Complete(code, cursor, answer) => {
                drop(answer.send(self.analyse(completion::complete, &code, cursor)))
            }
            Job::Inspect(code, cursor, answer) => {
                drop(answer.send(self.analyse(completion::inspect, &code, cursor)))
            }
            Job::Reset(answer) => drop(answer.send(self.reset())),
        }
    }

    /// Asks rust-analyzer, which may panic over code that is still being written.
    fn analyse(
        &mut self,
        ask: fn(Option<&mut CommandContext>, &str, usize) -> Value,
        code: &str,
        cursor: usize,
    ) -> Value {
        let _ = self.reach(LoadStage::Evcxr);
        let context = self.context.as_mut();
        catch_unwind(AssertUnwindSafe(|| ask(context, code, cursor)))
            .unwrap_or_else(|_| ask(None, code, cursor))
    }

    /// Does the next step, if there is one and none failed; while nobody waits, that is.
    pub fn go_on(&mut self) -> bool {
        let next = LOAD_STAGES.into_iter().find(|step| Some(*step) > self.done);
        next.is_some_and(|next| self.problem.is_none() && self.reach(next).is_ok())
    }

    /// Does all steps up to this one, again if they failed before. A failure is kept.
    fn reach(&mut self, wanted: LoadStage) -> Result<(), CellError> {
        for step in LOAD_STAGES.into_iter().filter(|step| *step <= wanted) {
            if Some(step) <= self.done {
                continue;
            }
            let tried = catch_unwind(AssertUnwindSafe(|| self.take(step)));
            let tried = tried.unwrap_or_else(|_| {
                (self.context, self.done) = (None, None);
                Err(anyhow!("evcxr panicked while it was loaded"))
            });
            if let Err(error) = tried {
                let failure = not_ready(&error);
                self.problem = Some((step, failure.clone()));
                return Err(failure);
            }
            (self.done, self.problem) = (Some(step), None);
        }
        Ok(())
    }

    fn take(&mut self, step: LoadStage) -> Result<()> {
        match step {
            LoadStage::Evcxr => {
                if self.context.is_none() {
                    self.context = Some(start(&self.place, &self.watch)?);
                }
                self.quietly(":load_config --quiet", "evcxr.toml or the prelude beside it fails")
            }
            LoadStage::Crate => {
                if let Some(problem) = preflight::find(&self.place.lab) {
                    bail!(problem);
                }
                let load = format!("{}\n{WARM_UP}", dependency::line(&self.place.lab.support()));
                self.quietly(&load, "the crate `support` could not be loaded")
            }
            LoadStage::Reading => {
                let context = self.context.as_mut().context("evcxr does not run")?;
                let _ = context.completions(FIRST_READING, FIRST_READING.len());
                Ok(())
            }
        }
    }

    /// Runs a cell of our own, of which nobody hears unless it fails.
    fn quietly(&mut self, cell: &str, what: &str) -> Result<()> {
        let context = self.context.as_mut().context("evcxr does not run")?;
        self.watch.begin(Arc::new(|_| {}));
        let answer = context.execute(cell);
        let told = self.watch.end(ran(&answer));
        let case = Case {
            code: cell,
            text: cell,
            place: &|line, column| Some((line, column)),
            generated: "",
            names: &self.names,
            killed: false,
            lost: &[],
            words: "",
        };
        let failure = match &answer {
            Ok(_) => error_report::said(&case, &told),
            Err(error) => Some(error_report::evcxr(&case, &told, error)),
        };
        match failure {
            Some(failure) => bail!("{what}:\n{}", failure.traceback.join("\n")),
            None => Ok(()),
        }
    }

    /// What a cell needs before it can run. Plain Rust runs without libtorch.
    fn needed(code: &str) -> LoadStage {
        if code.contains("support") { LoadStage::Crate } else { LoadStage::Evcxr }
    }

    fn execute(&mut self, cell: &Cell) -> Outcome {
        if let Some(line) = syntax::nameless_let(&cell.code) {
            let failure = CellError::new(
                "CompileError",
                "expected a name after `let`",
                vec![error_report::shown(&line)],
            );
            return Outcome { value: None, failure: Some(failure) };
        }
        self.stop.begin();
        let reached = self.reach(Self::needed(&cell.code));
        let (Some(context), Ok(())) = (self.context.as_mut(), &reached) else {
            self.stop.end();
            return Outcome { value: None, failure: reached.err() };
        };
        self.lasting |= cell.code.lines().any(|line| {
            let word = line.split_whitespace().next().unwrap_or_default();
            LASTING.contains(&word) || (word == ":dep" && !line.contains("support"))
        });
        let worth = self.worth || opt_level::is_worth(&cell.code);
        self.worth |= opt_level::lasts(&cell.code);
        toolchain::optimise(&self.place.folder, worth);
        let code = dependency::known(&cell.code, &self.place.lab.support());
        let before = variables(context);
        self.watch.begin(Arc::clone(&cell.listener));
        let mut callbacks =
            EvalCallbacks { input_reader: &|request| (cell.input)(&request.prompt, request.is_password) };
        let answer = catch_unwind(AssertUnwindSafe(|| context.execute_with_callbacks(&code, &mut callbacks)));
        let Ok(answer) = answer else {
            self.stop.end();
            (self.context, self.done) = (None, None);
            return Outcome { value: None, failure: Some(evaluator_panicked(&before)) };
        };
        let told = self.watch.end(ran(&answer));
        let killed = self.stop.end();
        let after = variables(context);
        let lost: Vec<String> = before.keys().filter(|name| !after.contains_key(*name)).cloned().collect();
        let generated = fs::read_to_string(self.place.folder.join("src/lib.rs")).unwrap_or_default();
        let case = Case {
            code: &cell.code,
            text: &code,
            place: &|line, column| Some((line, column)),
            generated: &generated,
            names: &self.names,
            killed,
            lost: &lost,
            words: "",
        };
        let ended = matches!(answer, Err(Error::SubprocessTerminated(_)));
        let outcome = match answer {
            Ok(outputs) => {
                let failure = error_report::said(&case, &told);
                Outcome { value: value(cell, outputs, told), failure }
            }
            Err(error) => {
                Outcome { value: told.last.clone(), failure: Some(error_report::evcxr(&case, &told, &error)) }
            }
        };
        self.names.after_cell(&Ran { count: cell.count, code: &cell.code, ended }, &before, &after);
        outcome
    }

    /// Clears everything and loads the crate again, which is quick: compiled code and what was read stay.
    fn reset(&mut self) -> bool {
        let whole = self.done == Some(LoadStage::Reading) && !self.lasting;
        let Some(context) = self.context.as_mut().filter(|_| whole) else { return false };
        context.reset_config();
        self.worth = false;
        self.names.clear();
        self.watch.begin(Arc::new(|_| {}));
        let load = format!(":clear\n{}\n{WARM_UP}", dependency::line(&self.place.lab.support()));
        let answer = catch_unwind(AssertUnwindSafe(|| context.execute(&load)));
        let cleared = answer.is_ok_and(|answer| {
            let told = self.watch.end(ran(&answer));
            answer.is_ok() && told.said.is_none()
        });
        if !cleared {
            self.done = None;
        }
        cleared
    }
}

/// evcxr, with the relay before the process that runs cells.
fn start(place: &Workdir, watch: &OutputListener) -> Result<CommandContext> {
    let mut relay =
        Command::new(std::env::current_exe().context("this program does not know where it lies")?);
    let quiet = place.folder.join("quiet");
    relay.env(child_env::RELAY, &quiet).env(interrupt::FILE, interrupt::file(&place.folder));
    // evcxr evaluates a number to see whether it works.
    fs::write(&quiet, "")?;
    let started = EvalContext::with_subprocess_command(relay);
    fs::remove_file(&quiet)?;
    let (context, outputs) = started.map_err(|error| anyhow!("{error}"))?;
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

fn variables(context: &CommandContext) -> BTreeMap<String, String> {
    context.variables_and_types().map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect()
}

/// What evcxr's commands answer comes first; a value after it is the cell's.
fn value(cell: &Cell, outputs: EvalOutputs, told: CellReport) -> Option<Data> {
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

fn not_ready(error: &anyhow::Error) -> CellError {
    let text = format!("{error:#}");
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().trim_end_matches(':').to_owned();
    let below = lines.map(str::to_owned).chain(["Mend it, then run this cell again.".to_owned()]);
    CellError::new("NotReady", first, below.collect())
}

fn evaluator_panicked(before: &BTreeMap<String, String>) -> CellError {
    let names: Vec<&str> = before.keys().map(String::as_str).collect();
    let what = if names.is_empty() { "no variables".to_owned() } else { names.join(", ") };
    CellError::new(
        "Crash",
        "evcxr itself panicked over this cell",
        vec![format!("It starts anew with the next cell. Lost: {what}.")],
    )
}
