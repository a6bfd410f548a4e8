"""The last expression of a cell: what it is worth is shown, whatever it is wrapped in; an `Err` is an error."""

from off_path import OffPath, said, shown

BADGE = """
trait Pretty { fn evcxr_display(&self); }
impl Pretty for %s {
    fn evcxr_display(&self) { println!("EVCXR_BEGIN_CONTENT text/html\\n<b>{}</b>\\nEVCXR_END_CONTENT", self.0); }
}
"""


class Values(OffPath):
    support = True

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.kernel.run("let circles = make_circles(100).random_state(1).build()?;\n"
                       "let figure = plot_dataset(&circles).draw()?;")

    def images(self, cell):
        """How many pictures are shown."""
        count = 0
        for message in cell.of("execute_result", "display_data"):
            data = message.content["data"]
            html = data.get("text/html", "")
            count += 1 if any(mime.startswith("image/") for mime in data) else html.count("<svg") + html.count("<img")
        return count

    def pictures(self, code, count):
        cell = self.ok(code)
        self.assertEqual(self.images(cell), count, f"`{code}`: {said(cell)[:1000]}")
        return cell

    def test_a_figure_is_shown_in_whatever_it_is_wrapped(self):
        for code in ("figure", "&figure", "plot_dataset(&circles)", "&plot_dataset(&circles)",
                     "plot_dataset(&circles).draw()", "plot_dataset(&circles).draw()?",
                     "plot_dataset(&circles).draw().ok()", "Some(plot_dataset(&circles))",
                     "Ok::<_, Error>(Some(plot_dataset(&circles)))", "Some(&figure)",
                     "std::rc::Rc::new(plot_dataset(&circles))", "Box::new(plot_dataset(&circles))",
                     "Box::new(plot_dataset(&circles).draw()?)", "std::sync::Arc::new(plot_dataset(&circles).draw()?)",
                     "(plot_dataset(&circles),)", "std::cell::RefCell::new(plot_dataset(&circles)).into_inner()"):
            with self.part(code):
                self.pictures(code, 1)
        self.next_cell()

    def test_figures_of_a_collection_are_all_shown_in_order(self):
        for code in ("vec![plot_dataset(&circles), plot_dataset(&circles)]",
                     "[plot_dataset(&circles), plot_dataset(&circles)]",
                     "(plot_dataset(&circles), plot_dataset(&circles))", "&[&figure, &figure]",
                     "Some(vec![&figure, &figure])",
                     "(0..2).map(|_| plot_dataset(&circles)).collect::<Vec<_>>()",
                     "(0..2).map(|_| plot_dataset(&circles).draw()).collect::<Result<Vec<_>>>()",
                     "(Some(&figure), vec![&figure])"):
            with self.part(code):
                self.pictures(code, 2)
        self.next_cell()

    def test_what_stands_beside_a_figure_is_shown_too(self):
        for code in ('("accuracy", 0.125, plot_dataset(&circles))', '(plot_dataset(&circles), vec![0.125])'):
            with self.part(code):
                self.assertIn("0.125", shown(self.pictures(code, 1)))

    def test_tables_and_models_are_shown_in_whatever_they_are_wrapped(self):
        self.ok("let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;")
        plain = {code: self.ok(code) for code in ("circles.head(3)", "summary(&model)?")}
        for code, cell in plain.items():
            html = [m.content["data"].get("text/html") for m in cell.of("execute_result", "display_data")]
            self.assertTrue(any(html), f"`{code}` is no table: {said(cell)}")
            for wrapped in ("Some(&{})", "Ok::<_, Error>(&{})", "Box::new(&{})", "vec![&{}]"):
                with self.part(wrapped.format(code)):
                    found = self.ok(wrapped.format(code)).of("execute_result", "display_data")
                    self.assertTrue(any("text/html" in m.content["data"] for m in found))
        self.next_cell()

    def test_an_err_without_a_question_mark_fails_the_cell(self):
        for code, name, words in (
            ("train_test_split(&circles, 2.0, 42)", "Error", "train_test_split"),
            ('"x".parse::<i32>()', "ParseIntError", "invalid digit"),
            ('let outcome = "x".parse::<f64>();\noutcome', "ParseFloatError", "invalid float"),
            ('std::fs::read_to_string("no_such_file")', None, "No such file|not found"),
            ('Err::<i32, String>("no luck".into())', None, "no luck"),
            ('Err::<(), &str>("no luck")', None, "no luck"),
            ("plot_class_balance(&[])", "Error", "plot_class_balance"),
            ("Some(plot_class_balance(&[]))", "Error", "plot_class_balance"),
            ("(1, vec![plot_class_balance(&[])])", "Error", "plot_class_balance"),
            ("plot_class_balance(&[]).draw()?", "Error", "plot_class_balance"),
            ('(|| -> std::result::Result<i32, Box<dyn std::error::Error>> { Err("boxed luck".into()) })()', None,
             "boxed luck"),
        ):
            with self.part(code):
                cell = self.run_cell(code)
                self.error(cell, name or (cell.reply or {}).get("ename"))
                self.says(cell, words)
                self.no_insides(cell)
                self.assertEqual(cell.of("execute_result"), [])
                self.next_cell()
        self.shows("outcome.is_err()", "true")

    def test_an_err_that_is_no_last_value_is_none(self):
        self.ok('let outcome_kept = "x".parse::<i32>();')
        self.ok('"x".parse::<i32>().is_err();')
        self.shows('"x".parse::<i32>().is_err()', "true")
        self.assertIn("InvalidDigit", self.ok('println!("{:?}", outcome_kept);').text())
        self.shows("None::<i32>", "None")
        self.next_cell()

    def test_an_ok_shows_its_value(self):
        for code, value in (('"5".parse::<i32>()', "5"), ("Ok::<_, Error>(vec![1, 2])", "[1, 2]"), ("Some(7)", "7"),
                            ("Some(Some('a'))", "'a'"), ('Ok::<_, std::fmt::Error>("text")', '"text"')):
            with self.part(code):
                cell = self.ok(code)
                self.assertIn(value, cell.result or "", said(cell))
        self.ok("Ok::<(), Error>(())")
        self.next_cell()

    def test_plain_values_are_shown_as_before(self):
        self.ok("#[derive(Debug, Clone)] struct Spot { x: i32 }\n"
                "let spot = Spot { x: 1 };\nlet list = vec![spot.clone()];")
        for code, value in {
            "6 * 7": "42", "1.5": "1.5", "'a'": "'a'", '"text"': '"text"', 'String::from("s")': '"s"',
            "spot": "Spot { x: 1 }", "&spot": "Spot { x: 1 }", "list": "[Spot { x: 1 }]",
            "(1, 'b', \"c\")": "(1, 'b', \"c\")", "[0u8; 3]": "[0, 0, 0]", "list.first()": "Some(Spot { x: 1 })",
            "&list[..]": "[Spot { x: 1 }]", "std::rc::Rc::new(5)": "5", "Box::new([1])": "[1]",
            "Box::new(5) as Box<dyn std::fmt::Debug>": "5", "std::collections::BTreeMap::from([(1, 2)])": "{1: 2}",
            "1..3": "1..3", "ndarray::array![1, 2].to_vec()": "[1, 2]", "std::time::Duration::from_secs(1)": "1s",
            "true": "true", "i32::MAX": "2147483647",
        }.items():
            with self.part(code):
                self.shows(code, value)
        self.shows("list.len()", "1")
        self.next_cell()

    def test_a_value_whose_debug_panics_is_a_panic(self):
        self.ok("struct Bad;\nimpl std::fmt::Debug for Bad {\n"
                '    fn fmt(&self, _: &mut std::fmt::Formatter<\'_>) -> std::fmt::Result { panic!("cannot say") }\n}')
        self.fails("Bad", "Panic", "cannot say")
        self.fails("vec![Bad]", "Panic", "cannot say")
        self.next_cell()

    def badge(self, code, name):
        cell = self.ok(code)
        found = [m.content["data"].get("text/html") for m in cell.of("execute_result", "display_data")]
        self.assertEqual(found, ["<b>new</b>"], f"{name}: {said(cell)}")

    def test_a_display_of_ones_own_goes_before_the_preludes(self):
        for name, derive in (("Badge", "#[derive(Debug)] "), ("Mark", "")):
            with self.part(name):
                self.ok(f"{derive}struct {name}(&'static str);{BADGE % name}")
                self.badge(f'{name}("new")', name)
                self.badge(f'let of_{name.lower()} = {name}("new");\nof_{name.lower()}', name)
                self.ok("6 * 7")
                self.pictures("figure", 1)
                self.next_cell()
        self.ok(f"#[derive(Debug)] struct Own(&'static str); impl Own {{ pub fn evcxr_display(&self) "
                '{ println!("EVCXR_BEGIN_CONTENT text/html\\n<b>{}</b>\\nEVCXR_END_CONTENT", self.0); } }')
        self.badge('Own("new")', "a method of the type's own")

    def test_types_that_must_be_inferred_are_kept(self):
        for code, shows in {
            "let sum = circles.x.sum();": "sum.is_finite()",
            "let mean = circles.x.mean_axis(ndarray::Axis(0)).unwrap();": "mean.len() == 2",
            "let (even, odd): (Vec<i32>, Vec<i32>) = (0..6).partition(|n| n % 2 == 0);": "even.len() + odd.len() == 6",
            "let Some(head) = vec![1, 2].into_iter().next() else { panic!() };": "head == 1",
            "let map = std::collections::BTreeMap::from([(\"a\", 1)]);": "map[\"a\"] == 1",
            "let tensor = Tensor::from_slice(&[1.0f32]) * 2.0;": "tensor.size() == [1]",
            "let mut found = Vec::new(); found.push(1.5);": "found[0] == 1.5",
            "let total = (1..4).map(f64::from).sum::<f64>();": "total == 6.0",
            "let [a, b] = [1, 2]; let (c, (d, _)) = (3, (4, 5));": "a + b + c + d == 10",
            "let zipped: Vec<_> = [1, 2].into_iter().zip(['a', 'b']).collect();": "zipped.len() == 2",
            "let boxed: Box<dyn Fn(i32) -> i32> = Box::new(|n| n + 1);": "boxed(1) == 2",
            "let nothing = None::<String>;": "nothing.is_none()",
            "let data = train_test_split(&circles, 0.2, 42)?;": "data.train.len() > 0",
            "let labels = circles.y.iter().copied().collect::<std::collections::BTreeSet<_>>();": "labels.len() == 2",
        }.items():
            with self.part(code):
                self.ok(code)
                self.shows(shows, "true")
        self.next_cell()


class ValuesOfPlainRust(OffPath):
    def test_a_display_of_ones_own_is_used(self):
        self.ok("#[derive(Debug)] struct Badge(&'static str);" + BADGE % "Badge")
        cell = self.ok('Badge("new")')
        self.assertEqual([m.content["data"].get("text/html") for m in cell.of("execute_result", "display_data")],
                         ["<b>new</b>"])
        self.shows("Some(6 * 7)", "Some(42)")
        self.next_cell()

    def test_an_error_that_is_left_by_a_question_mark_is_an_error(self):
        self.fails('"x".parse::<i32>()?', "ParseIntError", "invalid digit")
        self.shows('"5".parse::<i32>()?', "5")
        self.next_cell()
