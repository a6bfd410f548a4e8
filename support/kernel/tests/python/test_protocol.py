"""What Jupyter's front ends ask a kernel beside running cells."""

from harness import Cell, KernelCase


class Protocol(KernelCase):
    def test_the_kernel_introduces_itself_on_both_channels(self):
        for channel in ("shell", "control"):
            info = self.kernel.ask(channel, "kernel_info_request").content
            self.assertEqual(info["status"], "ok", info)
            language = info["language_info"]
            self.assertEqual((language["name"], language["file_extension"]), ("rust", ".rs"))
            self.assertEqual((language["pygments_lexer"], language["codemirror_mode"]), ("rust", "rust"))
            self.assertIn(language["mimetype"], ("text/x-rustsrc", "text/rust"))
            self.assertTrue(language["version"][0].isdigit(), language["version"])
            self.assertTrue(info["protocol_version"].startswith("5."))

    def test_control_answers_while_a_cell_runs(self):
        cell = self.kernel.send('println!("begun"); sleep(1500);')
        self.kernel.wait_for_text(cell, "begun")
        self.kernel.ask("control", "kernel_info_request", seconds=1)
        self.assertFalse(cell.done)
        self.kernel.finish(cell)

    def test_counts_start_at_one(self):
        self.assertEqual(self.first.reply["execution_count"], 1)

    def test_an_error_counts_as_a_cell(self):
        before = self.ok("1").reply["execution_count"]
        self.assertEqual(self.kernel.run('panic!("oh")').reply["execution_count"], before + 1)
        self.assertEqual(self.ok("1").reply["execution_count"], before + 2)

    def test_a_cell_is_announced_with_its_count(self):
        cell = self.ok("6 * 7")
        kinds = [message.type for message in cell.messages]
        self.assertEqual(kinds, ["status", "execute_input", "execute_result", "status"])
        counts = {message.content["execution_count"] for message in cell.of("execute_input", "execute_result")}
        self.assertEqual(counts, {cell.reply["execution_count"]})

    def test_a_silent_cell_leaves_no_trace(self):
        before = self.ok("1").reply["execution_count"]
        cell = self.ok("6 * 7", silent=True)
        self.assertEqual(cell.of("execute_input", "execute_result"), [])
        self.assertEqual(self.ok("2").reply["execution_count"], before + 1)

    def test_a_cell_not_to_be_stored_is_not_in_the_history(self):
        self.ok("1001")
        self.ok("1002", store_history=False)
        self.assertEqual([entry[2] for entry in self.history(hist_access_type="tail", n=1)], ["1001"])

    def history(self, **content):
        content = {"output": False, "raw": True, **content}
        return self.kernel.ask("shell", "history_request", content).content["history"]

    def test_user_expressions_are_answered(self):
        reply = self.ok("1", user_expressions={"six": "6"}).reply
        self.assertEqual(list(reply["user_expressions"]), ["six"])
        self.assertEqual(reply["user_expressions"]["six"]["status"], "error")

    def test_an_empty_cell_is_fine(self):
        for code in ("", "  \n", "// only a comment"):
            self.assertEqual(self.ok(code).outputs(), [])

    def complete(self, code, status):
        reply = self.kernel.ask("shell", "is_complete_request", {"code": code}).content
        self.assertEqual(reply["status"], status, code)
        return reply

    def test_an_incomplete_cell_is_indented(self):
        self.assertEqual(self.complete("fn f() {", "incomplete")["indent"], "    ")

    def test_braces_in_text_and_comments_do_not_count(self):
        for code in ('let s = "{";', "let c = '{';", "// {\nlet x = 1;", "/* { */", 'let r = r#"{""#;', "fn f<'a>() {}"):
            self.complete(code, "complete")

    def test_completion_names_what_it_replaces(self):
        self.ok("let number_of_rows = 6;")
        code = "let é = 1; number_of_r"
        request = {"code": code, "cursor_pos": len(code)}
        reply = self.kernel.ask("shell", "complete_request", request).content
        self.assertEqual(reply["status"], "ok", reply)
        self.assertIn("number_of_rows", reply["matches"])
        self.assertEqual(code[reply["cursor_start"]:reply["cursor_end"]], "number_of_r")

    def test_completion_in_the_middle_of_a_cell(self):
        code = "let rows_of_it = 5;\nlet sum = rows_of_ + 1;"
        request = {"code": code, "cursor_pos": code.index(" + 1")}
        reply = self.kernel.ask("shell", "complete_request", request).content
        self.assertIn("rows_of_it", reply.get("matches", []), reply)

    def test_inspection_of_nothing_finds_nothing(self):
        request = {"code": "   ", "cursor_pos": 1, "detail_level": 0}
        reply = self.kernel.ask("shell", "inspect_request", request).content
        self.assertEqual((reply["status"], reply.get("found")), ("ok", False), reply)

    def test_comms_are_declined_politely(self):
        self.assertEqual(self.kernel.ask("shell", "comm_info_request").content, {"status": "ok", "comms": {}})
        identity = self.kernel.request("shell", "comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
        self.kernel.cells[identity] = comm = Cell(sent=0, reply={})
        self.kernel.wait("comm_close", lambda: comm.of("comm_close") and comm.done, 5)
        self.assertEqual(comm.of("comm_close")[0].content["comm_id"], "c1")

    # What crate `evcxr_input` prints and reads, without the crate.
    INPUT = """
        println!("EVCXR_INPUT_REQUEST%s:Your name?");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        println!("hello, {}", line.trim());
    """

    def test_a_cell_asks_for_input(self):
        for kind, secret in (("", False), ("_PASSWORD", True)):
            self.kernel.asked.clear()
            cell = self.kernel.send(self.INPUT % kind, allow_stdin=True)
            self.kernel.wait("the question", lambda: self.kernel.asked or cell.done, 20)
            self.assertTrue(self.kernel.asked, cell.said())
            self.assertEqual(self.kernel.asked[0], {"prompt": "Your name?", "password": secret})
            self.kernel.client.input("Ada")
            self.kernel.finish(cell)
            self.assertEqual((cell.status, cell.text()), ("ok", "hello, Ada\n"), cell.said())

    def test_a_question_nobody_can_answer_does_not_hang(self):
        self.assertIn(self.kernel.run(self.INPUT % "", 20).status, ("ok", "error"))
