"""The suite `jupyter_kernel_test` from PyPI: what any Jupyter kernel must do."""

import jupyter_kernel_test

from harness import NAME, PATIENCE, Kernel

PLAIN = 'println!("EVCXR_BEGIN_CONTENT {mime}\\n{content}\\nEVCXR_END_CONTENT");'
# One pixel.
PNG = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
CLEAR = ('println!("EVCXR_BEGIN_CONTENT application/x-kernel-clear 1/1 clear -\\nnow\\nEVCXR_END_CONTENT");'
         'println!("after");')


class Suite(jupyter_kernel_test.KernelTests):
    kernel_name = NAME
    language_name = "rust"
    file_extension = ".rs"

    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("careful");'
    code_generate_error = 'panic!("as asked");'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"six".len()', "result": "3"},
    ]
    code_display_data = [
        {"code": PLAIN.format(mime="image/png", content=PNG), "mime": "image/png"},
        {"code": PLAIN.format(mime="text/plain", content="a sentence"), "mime": "text/plain"},
    ]
    code_clear_output = CLEAR
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")

    completion_samples = [
        {"text": "let number_of_rows = 6; number_of_r", "matches": {"number_of_rows"}},
        {"text": "std::f64::consts::FRAC_PI_", "matches": {f"FRAC_PI_{n}" for n in (2, 3, 4, 6, 8)}},
        {"text": "String::from_utf8_los"},
    ]
    complete_code_samples = ["let x = 1;", "fn f() {\n    1;\n}", "6 * 7", 'println!("{");', ":dep serde"]
    incomplete_code_samples = ["fn f() {", "let x = (1,\n", "for i in 0..3 {\n    i;", 'let s = "open', "/* open"]
    invalid_code_samples = ["fn f() }", "let x = 1);", "]"]
    code_inspect_sample = "String::from_utf8"

    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()
        # The suite waits 15 s at most; a first cell and a first completion may take longer on a busy machine.
        cls.kernel.run("1")
        cls.kernel.ask("shell", "complete_request", {"code": "std::f6", "cursor_pos": 7}, PATIENCE)
        cls.km, cls.kc = cls.kernel.manager, cls.kernel.client

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()
