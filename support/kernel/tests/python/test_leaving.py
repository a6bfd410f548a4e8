"""A cell that ends before its last line, or takes its process along: what is lost is said, the rest is there."""

from harness import eventually, folders, on_linux, processes
from off_path import AT_ONCE, OffPath, said, seconds, shown, within

LATER = "let more = 5;\nlet network = %s;\nlet size = more + 1;"


class Leaving(OffPath):
    def test_a_cell_may_return_early_and_only_later_variables_are_missing(self):
        self.ok("let weights = vec![0.1, 0.2];")
        cell = self.ok('let limit = 1;\nif weights.len() > limit { println!("enough"); return Ok(()); }\n'
                       'let later = 1;')
        self.assertEqual(cell.text(), "enough\n")
        self.shows("weights.len()", "2")
        self.shows("limit", "1")
        self.fails("later", "CompileError", "later")
        self.next_cell()

    def test_a_return_that_is_not_reached_changes_nothing(self):
        self.ok("let few = vec![1];\nif few.len() > 100 { return Ok(()); }\nlet reached = few.len() + 4;")
        self.shows("reached", "5")
        self.next_cell()

    def test_an_early_return_in_a_loop_keeps_what_the_loop_did(self):
        self.ok("let mut sum = 0;")
        self.ok("for n in 1.. {\n    sum += n;\n    if sum > 9 { return Ok(()); }\n}")
        self.shows("sum", "10")
        self.next_cell()

    def test_a_bare_return_ends_the_cell_or_is_refused_in_a_sentence(self):
        self.ok("let losses = vec![0.1, 0.2];")
        for code in ("if losses.len() > 1 { return; }", 'println!("a");\nreturn;',
                     "for x in &losses { if *x > 0.1 { return; } }"):
            with self.part(code):
                cell = self.run_cell(code)
                if cell.status != "ok":
                    self.error(cell, "CompileError")
                    self.says(cell, r"`?return`?")
                    self.no_insides(cell)
                self.next_cell()
        self.shows("losses.len()", "2")

    def test_returns_of_closures_and_functions_are_their_own(self):
        self.shows("let got = { let sign = |x: i32| { if x > 0 { return 1; } 2 }; sign(1) + sign(-1) };\ngot", "3")
        self.shows("fn sign_of(x: i32) -> i32 { if x > 0 { return 1; } -1 }\nsign_of(-3)", "-1")
        self.shows("let found = 'search: { if got == 3 { break 'search 7; } 8 };\nfound", "7")
        self.next_cell()

    def test_an_error_that_is_returned_fails_the_cell(self):
        for code in ('return Err(std::io::Error::other("too few").into());', 'Err(std::io::Error::other("too few"))?;',
                     'let till = 1;\nif till == 1 { Err(std::io::Error::other("too few"))?; }\nlet late = 2;'):
            with self.part(code):
                cell = self.run_cell(code)
                self.assertEqual(cell.status, "error", said(cell))
                self.says(cell, "too few")
                self.no_insides(cell)
                self.next_cell()

    def test_break_outside_of_a_loop_is_a_compile_error(self):
        for code in ("break;", "continue;", "let a = break;"):
            with self.part(code):
                self.fails(code, "CompileError", code.split()[-1].strip(";"))
        self.next_cell()

    def test_todo_and_its_like_say_their_words_and_line(self):
        for code, value in {
            'todo!("write the network")': "not yet implemented: write the network",
            "todo!()": "not yet implemented",
            'unimplemented!("later")': "not implemented: later",
            'unreachable!("never")': "internal error: entered unreachable code: never",
            'panic!("no network")': "no network",
            'if more == 5 { panic!("no five") } else { 1 }': "no five",
            'match more { 5 => todo!("five"), n => n }': "not yet implemented: five",
        }.items():
            with self.part(code):
                cell = self.fails(LATER % code, "Panic")
                self.assertEqual(cell.reply["evalue"], value)
                self.assertIn(code.split("\n")[0], cell.traceback)
                self.assertRegex(cell.traceback, r"\b2\b", "the line is not named")
                self.assertNotRegex(cell.traceback, "unused|unreachable statement|unreachable expression")
        for code in ('let open: Vec<f64> = todo!("fill it");', 'let (x, y): (i32, i32) = todo!("fill it");',
                     'todo!("fill it")', 'todo!("fill it");\nlet after = 1;',
                     'fn rate() -> f64 { todo!("fill it") }\nrate()'):
            with self.part(code):
                cell = self.fails(code, "Panic", r"todo!\(\"fill it\"\)")
                self.assertEqual(cell.reply["evalue"], "not yet implemented: fill it")
        self.next_cell()

    def test_a_panic_in_drop_is_a_panic_or_a_crash(self):
        self.ok('struct Loud; impl Drop for Loud { fn drop(&mut self) { panic!("dropped") } }')
        self.fails("{ let loud = Loud; }", "Panic", "dropped")
        self.next_cell()
        cell = self.run_cell('{ let loud = Loud; panic!("first"); }')
        self.assertEqual(cell.status, "error", said(cell))
        self.no_insides(cell)
        self.spoils()
        self.next_cell(kept=False)


class Moved(OffPath):
    def test_a_moved_variable_may_be_set_again(self):
        self.ok('let mut log = String::from("a");')
        self.ok("let first = log;")
        self.ok('log = String::from("b");')
        self.shows("log", '"b"')
        self.shows("first", '"a"')
        self.next_cell()

    def test_a_variable_that_is_moved_and_set_in_one_cell_stays(self):
        self.ok("let mut list = vec![1];")
        self.ok("let old = list;\nlist = vec![2, 3];")
        self.shows("(old.len(), list.len())", "(1, 2)")

    def moved(self, define, move, name, use=None):
        self.ok(define)
        cell = self.run_cell(move)
        self.assertEqual(cell.status, "ok", said(cell))
        count = cell.reply["execution_count"]
        cell = self.fails(use or name, "CompileError", rf"\b{name}\b", r"\b(?:moved|gave|gives|given)\b",
                          rf"\b{count}\b")
        self.says(cell, rf"{name}\.clone\(\)|\.clone\(\)|&{name}\b")
        self.next_cell()

    def test_a_variable_moved_by_an_earlier_cell_is_said_to_be_moved_and_where(self):
        for name, move in {
            "kept": "if kept.is_empty() { drop(kept); }",
            "lent": "let taken = lent;",
            "looped": "for n in looped { print!(\"{n}\"); }",
            "sent": "let length = std::thread::spawn(move || sent.len()).join().unwrap();",
            "pushed": "let mut lists = vec![vec![1]]; lists.push(pushed);",
        }.items():
            with self.part(move):
                self.moved(f"let {name} = vec![1];", move, name)

    def test_a_use_of_a_moved_variable_in_the_middle_of_a_cell_says_so_too(self):
        self.moved("let scores = vec![1];", "let best = scores;", "scores",
                   'println!("next");\nlet n = scores.len() + 1;')

    def test_a_variable_moved_within_the_cell_is_a_compile_error_that_offers_a_clone(self):
        self.ok("let once = vec![1];")
        self.fails("let one = once;\nlet two = once;", "CompileError", "once", "moved", r"\.clone\(\)|&once")
        self.shows("once.len()", "1")
        self.next_cell()

    def test_a_variable_moved_in_part_does_not_stop_the_notebook(self):
        self.ok('let names = (String::from("a"), String::from("b"));')
        self.ok("let left = names.0;")
        cell = self.run_cell("names.1")
        if cell.status == "ok":
            self.assertEqual(cell.result, '"b"', said(cell))
        else:
            self.says(cell, "names", r"\.clone\(\)|&names")
        self.next_cell()


class Commands(OffPath):
    def refused(self, code, word):
        cell = self.run_cell(code)
        self.assertTrue(cell.status == "error" or cell.outputs(), f"`{code}` passes without a word")
        self.says(cell, word)
        self.no_insides(cell)
        self.next_cell()
        self.shows("2 + 3", "5")
        self.no_compiler_left()

    def test_settings_that_break_every_later_cell_are_refused_in_a_sentence(self):
        for code, word in {":opt 7": r"\b7\b|opt", ":opt fast": "fast|opt", ":toolchain nightly": "toolchain|nightly",
                           ":toolchain no_such_thing": "toolchain|no_such_thing", ":linker no_such_linker": "linker",
                           ":linker": "linker", ":no_such_command": "no_such_command", ":": ":|command"}.items():
            with self.part(code):
                self.refused(code, word)

    def test_a_crate_that_is_not_there_is_refused_in_a_sentence(self):
        for code in (':dep nowhere = { path = "../no_such_folder" }', ":dep", ":dep nowhere = {", ":dep a b c"):
            with self.part(code):
                cell = self.run_cell(code, 2 * AT_ONCE)
                self.assertEqual(cell.status, "error", said(cell))
                self.next_cell()

    def test_harmless_commands_stay_harmless(self):
        for code in (":opt 2", ":help", ":vars", ":version", ":explain", ":type earlier", ":timing\n:timing"):
            with self.part(code):
                self.run_cell(code, 2 * AT_ONCE)
                self.next_cell()

    @on_linux
    def test_quit_is_answered_and_leaves_nothing_or_is_refused(self):
        self.kernel.pause(1)
        mine = folders(self.kernel.processes())
        cell = self.run_cell(":quit")
        if cell.status == "ok" and not self.kernel.manager.is_alive() or not eventually(self.kernel.manager.is_alive,
                                                                                        1):
            self.assertTrue(eventually(lambda: not processes(self.kernel.mark), 5), "processes stay")
            self.assertTrue(eventually(lambda: not any(f.exists() for f in mine), 5), f"left behind: {mine}")
        else:
            self.says(cell, "quit|restart|shut")
            self.no_insides(cell)
            self.next_cell()


class Lost(OffPath):
    """The process of the cells is lost; the kernel and its functions are not."""

    def lost(self, code, *words, name="Crash", limit=AT_ONCE):
        self.ok("let treasure = vec![1]; fn still_here() -> i32 { 5 }")
        cell = self.fails(code, name, *words, seconds=limit)
        if "treasure" not in shown(cell):
            self.shows("treasure", "[1]")
        self.next_cell(kept=False)
        self.shows("still_here()", "5")
        return cell

    def test_a_stack_overflow_is_named(self):
        self.ok("fn depth(n: u64) -> u64 { 1 + depth(std::hint::black_box(n + 1)) }")
        self.lost("depth(0)", "(?i)stack", "overflow", name=None)

    def test_a_stack_overflow_of_a_thread_is_named(self):
        self.ok("fn deeper(n: u64) -> u64 { 1 + deeper(std::hint::black_box(n + 1)) }")
        self.lost("std::thread::spawn(|| deeper(0)).join().unwrap()", "(?i)stack", "overflow", name=None)

    def test_memory_that_is_not_there_is_named(self):
        for code in ("Vec::<u8>::with_capacity(1 << 60)", "vec![0u8; 1 << 60]", "let big = vec![1.5f64; 1 << 55];"):
            with self.part(code):
                self.lost(code, "(?i)memory", name=None)

    def test_too_large_a_capacity_is_a_panic(self):
        self.fails("String::with_capacity(usize::MAX)", "Panic", "capacity overflow")
        self.next_cell()

    def test_exit_and_abort_are_crashes(self):
        for code in ("std::process::exit(3);", "std::process::exit(0);", "std::process::abort();",
                     "std::thread::spawn(|| std::process::exit(2)).join().unwrap();"):
            with self.part(code):
                cell = self.lost(code)
                self.assertLess(seconds(cell), within(3))

    def test_signals_are_crashes(self):
        self.ok('unsafe extern "C" { fn raise(signal: i32) -> i32; }')
        for code in (*(f"unsafe {{ raise({signal}) }};" for signal in (4, 9, 15)),
                     "unsafe { std::ptr::read_volatile(8 as *const u8) }"):
            with self.part(code):
                self.assertLess(seconds(self.lost(code)), within(3))

    @on_linux
    def test_a_child_that_still_runs_delays_no_crash_and_does_not_stay(self):
        self.ok('let helper = std::process::Command::new("sleep").arg("100").spawn()?;')
        self.assertLess(seconds(self.fails("std::process::exit(3);", "Crash")), within(3))
        self.next_cell(kept=False)
        self.ok('std::process::Command::new("sleep").arg("100").spawn()?;')
        self.next_cell(kept=False)
        self.kernel.restart(now=False)
        sleeping = [line for line in self.kernel.processes().values() if line.startswith("sleep")]
        self.assertTrue(eventually(lambda: "sleep 100" not in self.kernel.processes().values(), 5),
                        f"stays: {sleeping}")
        self.prepare()

    @on_linux
    def test_a_fork_gives_one_answer_per_cell_and_leaves_nothing(self):
        self.ok('unsafe extern "C" { fn fork() -> i32; }')
        before = len(self.kernel.processes())
        for code in ("let who = unsafe { fork() };",
                     'let who = unsafe { fork() };\nprintln!("forked");\nif who == 0 { std::process::exit(0); }'):
            with self.part(code):
                cell = self.run_cell(code)
                self.assertEqual(cell.status, "ok", said(cell))
                self.assertLessEqual(cell.text().count("forked"), 2, said(cell))
                for n in range(3):
                    self.assertEqual(self.ok(f'println!("once {n}");').text(), f"once {n}\n")
                self.next_cell()
                self.assertTrue(eventually(lambda: len(self.kernel.processes()) <= before, 5),
                                f"more than before: {self.kernel.processes()}")

    def test_closed_streams_cost_no_more_than_what_is_printed(self):
        self.ok('unsafe extern "C" { fn close(file: i32) -> i32; }')
        self.spoils()
        for stream in (0, 1, 2):
            with self.part(stream=stream):
                cell = self.run_cell(f"unsafe {{ close({stream}) }};")
                self.assertIn(cell.status, ("ok", "error"))
                self.next_cell(kept=False)


class Together(OffPath):
    """What crashes beside the crate: the crate is loaded again in one cell."""

    support = True

    def test_a_crash_says_what_is_lost_and_the_crate_loads_again(self):
        self.ok("let tensor = Tensor::from_slice(&[1.0f32]);")
        self.fails("std::process::abort();", "Crash", "tensor")
        self.next_cell(kept=False)
        self.kernel.load_support()
        self.shows("Tensor::from_slice(&[1.0f32]).size()", "[1]")

    def test_an_early_return_keeps_tensors(self):
        self.ok("let grown = Tensor::from_slice(&[1.0f32, 2.0]);")
        self.ok("if grown.size()[0] == 2 { return Ok(()); }\nlet later = grown.copy();")
        self.shows("grown.size()", "[2]")
        self.next_cell()
