//! The thread that owns evcxr: it loads evcxr, the crate and the analysis one after the other, and runs cells.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow, bail};
use evcxr::{CommandContext, Error, EvalContext, EvalOutputs};
use serde_json::Value;

use super::cell_error::CellError;
use super::completion;
use super::error_report::{self, Case};
use super::evaluator::{self, Cell, Job, Outcome, Variables, Workdir};
use super::interrupt::{Asked, Interrupt};
use super::names::{Names, Ran};
use super::output_listener::{CellFault, CellReport, OutputListener};
use super::source_map::Line;
use crate::bridge::{self, Cells};
use crate::launcher::preflight;
use crate::source::{self, Known, Part, Problem, Session};
use crate::supervisor::Supervisor;
use crate::supervisor::event::{Data, Event, Stream};
use crate::toolchain::{self, known_cells::KnownCells};

/// Cell that runs when evcxr starts: it makes evcxr compile for cells that use `?`.
const QUESTION_MARK: &str = "std::str::from_utf8(b\"\")?;";
/// Cell that runs when the crate is loaded, to load libtorch. It leaves no variable and draws no random number.
const WARM_UP: &str = "let _ = support::tch::Tensor::from_slice(&[1.0f32]);";
/// Code completed when the kernel starts, so that rust-analyzer reads the crates before the first cell with a variable.
const FIRST_READING: &str = "let tensor = support::tch::Tensor::from_slice(&[1.0f32]);\ntensor.si";

/// Commands with effects that `:clear` does not undo.
const LASTING: [&str; 2] = [":env", ":build_env"];

/// The stages of loading a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LoadStage {
    /// evcxr runs, and can run any cell of plain Rust.
    Evcxr,
    /// The crate `support` is compiled and linked.
    Crate,
    /// rust-analyzer has read the crates.
    Reading,
}

const LOAD_STAGES: [LoadStage; 3] = [LoadStage::Evcxr, LoadStage::Crate, LoadStage::Reading];

/// A known cell that ran without evcxr, and whose state evcxr has still to take over.
struct Behind {
    text: String,
    optimise: bool,
    ran: bridge::Outcome,
}

/// The outcome that evcxr gets for each cell while it takes over known cells; `None` at other times.
type TakesOver = Arc<Mutex<Option<bridge::Outcome>>>;

pub(super) struct EvaluatorThread {
    workdir: Workdir,
    supervisor: Supervisor,
    known: KnownCells,
    behind: Vec<Behind>,
    takes_over: TakesOver,
    /// True once evcxr is needed: a cell was not known, or completion was requested.
    wanted: bool,
    /// True if a cell named the crate `support`.
    support_named: bool,
    types: BTreeMap<String, String>,
    interrupt: Arc<Interrupt>,
    output: OutputListener,
    context: Option<CommandContext>,
    done: Option<LoadStage>,
    /// Stage that failed last, and its error.
    problem: Option<(LoadStage, CellError)>,
    /// True if a cell had an effect that a reset does not undo.
    lasting: bool,
    /// True if later cells compile code that needs optimisation.
    optimise: bool,
    /// Definitions of earlier cells.
    session: Session,
    names: Names,
    variables: Variables,
}

impl EvaluatorThread {
    pub fn new(
        workdir: Workdir,
        interrupt: Arc<Interrupt>,
        output: OutputListener,
        supervisor: Supervisor,
    ) -> Result<Self> {
        let takes_over = TakesOver::default();
        let cells = EvcxrCells {
            supervisor: supervisor.clone(),
            output: output.clone(),
            interrupt: Arc::clone(&interrupt),
            takes_over: Arc::clone(&takes_over),
        };
        bridge::listen(&workdir.folder, cells)?;
        let (support, settings) = (workdir.lab.support(), workdir.lab.cargo_settings());
        Ok(Self {
            known: KnownCells::new(&workdir.folder, &support, &settings),
            supervisor,
            behind: Vec::new(),
            takes_over,
            wanted: false,
            support_named: false,
            types: BTreeMap::new(),
            workdir,
            interrupt,
            output,
            context: None,
            done: None,
            problem: None,
            lasting: false,
            optimise: false,
            session: Session::default(),
            names: Names::default(),
            variables: Variables::default(),
        })
    }

    pub fn work(&mut self, job: Job) {
        // The receiver may be gone: the notebook was closed.
        match job {
            Job::Load(answer) => drop(answer.send(self.take_over(LoadStage::Reading).is_ok())),
            Job::Execute(cell, answer) => drop(answer.send(self.execute(&cell))),
            Job::Complete(code, cursor, answer) => {
                drop(answer.send(self.analyse(completion::complete, &code, cursor)))
            }
            Job::Inspect(code, cursor, answer) => {
                drop(answer.send(self.analyse(completion::inspect, &code, cursor)))
            }
            Job::Show(variable, answer) => drop(answer.send(self.show(&variable))),
            Job::Reset(answer) => drop(answer.send(self.reset())),
        }
    }

    /// Queries rust-analyzer, which may panic on unfinished code.
    fn analyse(
        &mut self,
        ask: fn(Option<&mut CommandContext>, &str, usize) -> Value,
        code: &str,
        cursor: usize,
    ) -> Value {
        let _ = self.take_over(LoadStage::Evcxr);
        let context = self.context.as_mut();
        catch_unwind(AssertUnwindSafe(|| ask(context, code, cursor)))
            .unwrap_or_else(|_| ask(None, code, cursor))
    }

    /// Loads the next stage while the queue is empty, if evcxr is needed and no stage failed; returns whether it did.
    pub fn load_next(&mut self) -> bool {
        if !self.wanted || !self.behind.is_empty() {
            return false;
        }
        let next = LOAD_STAGES.into_iter().find(|stage| Some(*stage) > self.done);
        next.is_some_and(|next| self.problem.is_none() && self.load_up_to(next).is_ok())
    }

    /// Loads evcxr up to a stage, and makes it take over the known cells that ran without it. The cells are compiled,
    /// usually from the store, but not run again.
    fn take_over(&mut self, wanted: LoadStage) -> Result<(), CellError> {
        self.wanted = true;
        if self.behind.is_empty() {
            return self.load_up_to(wanted);
        }
        let needed = if self.support_named { wanted.max(LoadStage::Crate) } else { wanted };
        self.tell_evcxr(Some(bridge::Outcome::default()));
        let mut taken = self.load_up_to(needed);
        // Cells that are not taken over stay in the list for the next attempt.
        while taken.is_ok() && !self.behind.is_empty() {
            let cell = self.behind.remove(0);
            if !self.is_taken_over(&cell) {
                let stopped = self.interrupt.is_asked();
                self.behind.insert(0, cell);
                let what =
                    if stopped { NOT_BEGUN } else { "the state of the notebook could not be taken over" };
                taken =
                    Err(CellError::new(if stopped { "Interrupted" } else { "NotReady" }, what, Vec::new()));
            }
        }
        self.tell_evcxr(None);
        if taken.is_ok() {
            self.types = self.context.as_ref().map(types).unwrap_or_default();
        }
        taken
    }

    /// Calls `take_over`; discards a state that cannot be taken over, so that the next cell can run.
    fn take_over_or_lose(&mut self, wanted: LoadStage) -> Result<(), CellError> {
        let taken = self.take_over(wanted);
        let stuck = taken.is_err() && self.done >= Some(LoadStage::Evcxr) && !self.interrupt.is_asked();
        if !stuck || self.behind.is_empty() || self.problem.is_some() {
            return taken;
        }
        let lost: Vec<String> = self.types.keys().map(|name| format!("`{name}`")).collect();
        self.start_anew();
        Err(CellError::new(
            "Crash",
            "the state of the notebook could not be kept when this cell was changed; run all cells again",
            vec![format!("Gone: {}.", lost.join(", "))],
        ))
    }

    fn is_taken_over(&mut self, cell: &Behind) -> bool {
        toolchain::optimise(&self.workdir.folder, cell.optimise);
        self.tell_evcxr(Some(cell.ran.clone()));
        let Some(context) = self.context.as_mut() else { return false };
        let answer = catch_unwind(AssertUnwindSafe(|| context.execute(&cell.text)));
        match answer {
            Ok(Ok(_)) => true,
            Ok(Err(Error::SubprocessTerminated(_))) => cell.ran.died,
            _ => false,
        }
    }

    fn tell_evcxr(&self, outcome: Option<bridge::Outcome>) {
        *self.takes_over.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
    }

    /// Discards the state of evcxr and of the process that runs cells.
    fn start_anew(&mut self) {
        (self.context, self.done, self.session) = (None, None, Session::default());
        self.supervisor.discard();
        self.known.lose();
        self.names.clear();
        self.types.clear();
        self.behind.clear();
    }

    /// Loads all stages up to this one, also those that failed before. A failure is stored.
    pub(super) fn load_up_to(&mut self, wanted: LoadStage) -> Result<(), CellError> {
        for stage in LOAD_STAGES.into_iter().filter(|stage| *stage <= wanted) {
            if Some(stage) <= self.done {
                continue;
            }
            let tried = catch_unwind(AssertUnwindSafe(|| self.load(stage)));
            let tried = tried.unwrap_or_else(|_| {
                (self.context, self.done) = (None, None);
                Err(anyhow!("the evaluator failed while it was loaded"))
            });
            if self.interrupt.is_asked() {
                let done = tried.is_ok();
                (self.done, self.problem) = (if done { Some(stage) } else { self.done }, None);
                return Err(CellError::new("Interrupted", NOT_BEGUN, Vec::new()));
            }
            if let Err(error) = tried {
                let failure = not_ready(&error);
                self.problem = Some((stage, failure.clone()));
                return Err(failure);
            }
            (self.done, self.problem) = (Some(stage), None);
        }
        Ok(())
    }

    fn load(&mut self, stage: LoadStage) -> Result<()> {
        match stage {
            LoadStage::Evcxr => {
                if self.context.is_none() {
                    let command = bridge::command(&self.workdir.folder)?;
                    self.output.begin_quietly();
                    let (context, outputs) =
                        EvalContext::with_subprocess_command(command).map_err(|error| anyhow!("{error}"))?;
                    // Outputs arrive through the supervisor.
                    drop(outputs);
                    self.context = Some(CommandContext::with_eval_context(context));
                }
                self.quietly(
                    ":load_config --quiet",
                    "the notebook's evcxr.toml or the prelude beside it fails",
                )?;
                self.quietly(QUESTION_MARK, "the compiler does not work")
            }
            LoadStage::Crate => {
                // A folder that is being prepared has no ready mark yet.
                let preparing = self.workdir.folder == self.workdir.lab.warm();
                if let Some(problem) = preflight::find(&self.workdir.lab).filter(|_| !preparing) {
                    bail!(problem);
                }
                let load = format!("{}\n{WARM_UP}", source::support_line(&self.workdir.lab.support()));
                self.quietly(&load, "the crate `support` could not be loaded")
            }
            LoadStage::Reading => {
                let context = self.context.as_mut().context("the evaluator does not run")?;
                let _ = context.completions(FIRST_READING, FIRST_READING.len());
                Ok(())
            }
        }
    }

    /// Runs a cell of the kernel's own without forwarding its outputs; returns its failure.
    fn quietly(&mut self, cell: &str, what: &str) -> Result<()> {
        let context = self.context.as_mut().context("the evaluator does not run")?;
        self.output.begin_quietly();
        let answer = context.execute(cell);
        let report = self.output.end();
        let case = Case {
            code: cell,
            text: cell,
            place: &|line, column| Some((line, column)),
            generated: "",
            names: &self.names,
            killed: false,
            lost: &[],
            words: &report.last_words,
        };
        let failure = match &answer {
            Ok(_) => error_report::from_cell(&case, &report),
            Err(error) => Some(error_report::from_evcxr(&case, &report, error)),
        };
        match failure {
            Some(failure) => bail!("{what}:\n{}", failure.traceback.join("\n")),
            None => Ok(()),
        }
    }

    /// Returns the shared list of the notebook's variables after the last cell.
    pub(super) fn variables(&self) -> Variables {
        Arc::clone(&self.variables)
    }

    fn execute(&mut self, cell: &Cell) -> Outcome {
        if !self.interrupt.begin(cell.came) {
            let failure = CellError::new("Interrupted", NOT_BEGUN, Vec::new());
            return Outcome { value: None, failure: Some(failure) };
        }
        if let Some(how) = self.output.died_between() {
            let note = format!(
                "note: the process that runs cells ended between two cells ({how}); its variables are gone\n"
            );
            (cell.listener)(Event::text(Stream::Stderr, note));
            let before = std::mem::take(&mut self.types);
            self.names.after_cell(&Ran { count: cell.count, code: "", ended: true }, &before, &self.types);
            self.known.lose();
        }
        let mut outcome = self.run(cell);
        self.interrupt.end();
        outcome.value = outcome.value.filter(|value| !is_unit(value));
        let variables = self.types.clone();
        *self.variables.lock().unwrap_or_else(PoisonError::into_inner) = variables.into_iter().collect();
        outcome
    }

    fn run(&mut self, cell: &Cell) -> Outcome {
        let failed = |failure| Outcome { value: None, failure: Some(failure) };
        let support = self.workdir.lab.support();
        let known = Known {
            support: &support,
            support_loaded: self.support_named,
            variables: &self.types,
            moved: &self.names.moved(),
        };
        let prepared = match source::prepare(&cell.code, &self.session, &known) {
            Ok(prepared) => prepared,
            Err(problem) => return failed(refused(&cell.code, &problem)),
        };
        let named = (self.support_named && !prepared.clears) || prepared.loads.support;
        let lasting = prepared.loads.dependencies
            || cell
                .code
                .lines()
                .any(|line| LASTING.contains(&line.split_whitespace().next().unwrap_or_default()));
        if lasting {
            self.lasting = true;
        }
        if prepared.commands {
            self.known.lose();
        }
        let optimise = self.optimise || prepared.optimise;
        self.optimise |= prepared.optimise_later;
        for note in &prepared.notes {
            (cell.listener)(Event::text(Stream::Stderr, format!("note: {note}\n")));
        }
        let mut session = Some(prepared.session);
        let Some(part) = &prepared.part else { return Outcome { value: None, failure: None } };
        if let Some(outcome) = self.run_known(cell, part, optimise, &mut session) {
            self.support_named = named;
            return outcome;
        }
        let needed = if named { LoadStage::Crate } else { LoadStage::Evcxr };
        if let Err(failure) = self.take_over_or_lose(needed) {
            return failed(failure);
        }
        // Not set earlier: without the crate, cells of plain Rust go on.
        self.support_named = named;
        let outcome = self.run_part(cell, part, optimise, &mut session);
        if prepared.clears {
            self.done = self.done.min(Some(LoadStage::Evcxr));
        }
        outcome
    }

    /// Runs a known part from the store, without evcxr.
    fn run_known(
        &mut self,
        cell: &Cell,
        part: &Part,
        optimise: bool,
        session: &mut Option<Session>,
    ) -> Option<Outcome> {
        let known = self.known.find(&part.text, optimise)?;
        if self.interrupt.is_asked() {
            return Some(Outcome {
                value: None,
                failure: Some(CellError::new("Interrupted", NOT_BEGUN, Vec::new())),
            });
        }
        self.output.begin(Arc::clone(&cell.listener), Some(Arc::clone(&cell.input)));
        self.output.begin_run();
        if let Err(error) = self.supervisor.run(&known.library) {
            self.output.take(Event::NotLoaded { why: error.to_string() });
        }
        let ran = self.output.wait_run();
        if !ran.missing.is_empty() {
            // The cell did not run. evcxr compiles it without the missing variables.
            self.known.lose();
            return None;
        }
        let report = self.output.end();
        let before = std::mem::take(&mut self.types);
        self.behind.push(Behind { text: part.text.clone(), optimise, ran: ran.clone() });
        if let Some(session) = session.take_if(|_| !ran.died) {
            self.session = session;
        }
        let asked = self.interrupt.asked();
        if ran == bridge::Outcome::default() && report.stopped.is_none() && !asked.stop {
            self.known.ran(&known);
            self.types = known.variables;
        } else {
            self.known.lose();
            // The remaining variables depend on where the cell ended; evcxr lists them when it takes the cell over.
            let left = |(name, kind): &(&String, &String)| known.variables.get(*name) == Some(*kind);
            let whole = ran == bridge::Outcome::default();
            self.types = match () {
                () if ran.died => BTreeMap::new(),
                () if whole => known.variables,
                () => before.iter().filter(left).map(|(name, kind)| (name.clone(), kind.clone())).collect(),
            };
        }
        let answer =
            if ran.died { Err(Error::SubprocessTerminated(String::new())) } else { Ok(EvalOutputs::new()) };
        Some(self.outcome(cell, part, &before, answer, &report))
    }

    /// Compiles a part with evcxr and runs it.
    fn run_part(
        &mut self,
        cell: &Cell,
        part: &Part,
        optimise: bool,
        session: &mut Option<Session>,
    ) -> Outcome {
        toolchain::optimise(&self.workdir.folder, optimise);
        let Some(context) = self.context.as_mut() else {
            return Outcome { value: None, failure: Some(not_ready(&anyhow!("the evaluator does not run"))) };
        };
        let before = types(context);
        self.output.begin(Arc::clone(&cell.listener), Some(Arc::clone(&cell.input)));
        let answer = catch_unwind(AssertUnwindSafe(|| context.execute(&part.text)));
        let Ok(answer) = answer else {
            self.start_anew();
            return Outcome { value: None, failure: Some(evaluator_panicked(&before)) };
        };
        let report = self.output.end();
        self.types = types(context);
        match &answer {
            Ok(outputs) => {
                // evcxr keeps the items of a cell that compiled, even if the cell then failed.
                if let Some(session) = session.take() {
                    self.session = session;
                }
                let well = matches!(report.fault, None | Some(CellFault::Value { .. }))
                    && report.missing.is_empty()
                    && outputs.is_empty();
                let ran = outputs.phases.iter().any(|phase| phase.name == "Final compile");
                if well && ran {
                    self.known.record(&part.text, optimise, &self.types);
                } else {
                    self.known.lose();
                }
            }
            // A cell that does not compile changes no state.
            Err(Error::CompilationErrors(_) | Error::Message(_)) if report.died.is_none() => {}
            Err(_) => self.known.lose(),
        }
        self.outcome(cell, part, &before, answer, &report)
    }

    /// Makes the outcome of a part that ran, or did not compile.
    fn outcome(
        &mut self,
        cell: &Cell,
        part: &Part,
        before: &BTreeMap<String, String>,
        answer: Result<EvalOutputs, Error>,
        report: &CellReport,
    ) -> Outcome {
        let asked = self.interrupt.asked();
        let lost: Vec<String> =
            before.keys().filter(|name| !self.types.contains_key(*name)).cloned().collect();
        self.names.missing(cell.count, &report.missing);
        // Places in compiler messages are in evcxr's source, those in panics in the source of the library.
        let source = if answer.is_ok() { toolchain::COMPILED } else { "src/lib.rs" };
        let generated = fs::read_to_string(self.workdir.folder.join(source)).unwrap_or_default();
        let case = Case {
            code: &cell.code,
            text: &part.text,
            place: &|line, column| part.map.position_to_cell(line, column),
            generated: &generated,
            names: &self.names,
            killed: asked.killed,
            lost: &lost,
            words: &report.last_words,
        };
        let outcome = match answer {
            Ok(outputs) => {
                let failure = error_report::from_cell(&case, report);
                let failure = stopped(no_input(failure, report), asked);
                Outcome { value: value(cell, outputs, report), failure }
            }
            Err(error) => {
                let failure = error_report::from_evcxr(&case, report, &error);
                Outcome { value: report.last.clone(), failure: Some(failure) }
            }
        };
        let ran = Ran { count: cell.count, code: &cell.code, ended: report.died.is_some() };
        self.names.after_cell(&ran, before, &self.types);
        outcome
    }

    /// Returns the value of a variable as a cell would show it.
    fn show(&mut self, variable: &str) -> Option<Data> {
        self.take_over(LoadStage::Evcxr).ok()?;
        let context = self.context.as_mut()?;
        let (before, after) = if self.support_named { source::WRAP } else { ("&", "") };
        self.output.begin_quietly();
        let answer =
            catch_unwind(AssertUnwindSafe(|| context.execute(&format!("{before}{variable}{after}"))));
        let report = self.output.end();
        answer.ok()?.ok()?;
        report.last
    }

    /// Clears everything and loads the crate again, which is quick: compiled code and rust-analyzer's data stay.
    fn reset(&mut self) -> bool {
        if self.lasting {
            return false;
        }
        (self.optimise, self.session) = (false, Session::default());
        (self.support_named, self.types) = (false, BTreeMap::new());
        self.names.clear();
        self.behind.clear();
        self.known.reset();
        self.variables.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let Some(context) = self.context.as_mut() else {
            self.supervisor.discard();
            return true;
        };
        if self.done < Some(LoadStage::Crate) {
            return false;
        }
        context.reset_config();
        let load = format!(":clear\n{}\n{WARM_UP}", source::support_line(&self.workdir.lab.support()));
        let cleared =
            catch_unwind(AssertUnwindSafe(|| self.quietly(&load, "the kernel could not be cleared")));
        let cleared = cleared.is_ok_and(|cleared| cleared.is_ok());
        if !cleared {
            self.done = None;
        }
        cleared
    }
}

/// Runs cells compiled by evcxr in the process that the supervisor manages.
struct EvcxrCells {
    supervisor: Supervisor,
    output: OutputListener,
    interrupt: Arc<Interrupt>,
    takes_over: TakesOver,
}

impl EvcxrCells {
    fn told(&self) -> Option<bridge::Outcome> {
        self.takes_over.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Cells for EvcxrCells {
    fn fresh(&mut self) {
        // While evcxr takes over, the process has the variables of the cells that ran without evcxr.
        if self.told().is_none() {
            self.supervisor.discard();
        }
    }

    fn run(&mut self, library: &Path) -> bridge::Outcome {
        if let Some(told) = self.told() {
            return told;
        }
        self.output.begin_run();
        if self.interrupt.is_asked() {
            // The interrupt came while the cell was compiled.
            self.output.take(Event::Stopped { sentence: NOT_BEGUN.to_owned() });
            return bridge::Outcome { panicked: true, ..bridge::Outcome::default() };
        }
        if let Err(error) = self.supervisor.run(library) {
            self.output.take(Event::NotLoaded { why: error.to_string() });
        }
        self.output.wait_run()
    }
}

const NOT_BEGUN: &str = "the cell was stopped before it began; it did not run, and nothing was lost";

/// Replaces the failure of a cell that read standard input where the front end allows none.
fn no_input(failure: Option<CellError>, report: &CellReport) -> Option<CellError> {
    let failure = failure?;
    let what = "no input is possible here: the front end does not allow it";
    Some(if report.no_input { CellError::new("NoInput", what, failure.traceback) } else { failure })
}

/// Returns the failure of a cell that ended after an interrupt. A cell that ignored the interrupt and succeeded also
/// counts as interrupted, so that the queued cells do not run.
fn stopped(failure: Option<CellError>, asked: Asked) -> Option<CellError> {
    match failure {
        Some(_) if asked.question => {
            let what = "the question was withdrawn, and the cell ended there; variables are kept";
            Some(CellError::new("Interrupted", what, Vec::new()))
        }
        None if asked.stop => {
            let what = "the cell ended by itself after the stop button was pressed; variables are kept";
            Some(CellError::new("Interrupted", what, Vec::new()))
        }
        failure => failure,
    }
}

/// Checks whether a value is `()`, which is not shown.
fn is_unit(value: &Data) -> bool {
    value.len() == 1 && value.get("text/plain").is_some_and(|text| text == "()")
}

/// Makes the failure of a cell that is not passed to evcxr.
fn refused(code: &str, problem: &Problem) -> CellError {
    let mut below = Vec::new();
    if let Some(range) = &problem.range {
        let (number, _) = source::position_at(code, range.start);
        let text = code.lines().nth(number - 1).unwrap_or_default().to_owned();
        below.push(error_report::shown(&Line { number, text }));
        below.extend(problem.label.clone());
    }
    below.extend(problem.help.iter().map(|help| format!("help: {help}")));
    CellError::new(problem.name, &problem.message, below)
}

fn types(context: &CommandContext) -> BTreeMap<String, String> {
    context.variables_and_types().map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect()
}

/// Returns the cell's value; shows the answer of evcxr's commands before it if there are both.
fn value(cell: &Cell, outputs: EvalOutputs, report: &CellReport) -> Option<Data> {
    let answered: Data =
        outputs.content_by_mime_type.into_iter().map(|(mime, text)| (mime, text.into())).collect();
    match (answered.is_empty(), report.last.clone()) {
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
        "the kernel could not cope with this cell; it is no fault of yours",
        vec![format!("It starts anew with the next cell. Gone: {what}.")],
    )
}

/// Loads everything once in the folder that later kernels clone, and runs what first cells run. Calls `compile` when
/// evcxr has written the manifest of the cells' crate.
pub fn warm_up(workdir: Workdir, compile: impl FnOnce() -> Result<()>) -> Result<()> {
    let (interrupt, output) = (Arc::new(Interrupt::new(&workdir.folder)), OutputListener::default());
    let supervisor = evaluator::supervise(&workdir, &output, &interrupt);
    let mut thread = EvaluatorThread::new(workdir, interrupt, output, supervisor.clone())?;
    let problem = |error: CellError| anyhow!("{}", error.traceback.join("\n"));
    thread.load_up_to(LoadStage::Evcxr).map_err(problem)?;
    thread.quietly("let started = 1;", "a first variable fails")?;
    compile()?;
    thread.load_up_to(LoadStage::Reading).map_err(problem)?;
    thread.quietly("use support::prelude::*;", "the prelude fails")?;
    thread.quietly("let tensor = Tensor::from_slice(&[1.0f32]);", "a first tensor fails")?;
    supervisor.discard();
    Ok(())
}
