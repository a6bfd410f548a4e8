"""A cell is run again, changed or not; a name is used for something else. The last run counts."""

from off_path import AT_ONCE, OffPath, shown


class Rerun(OffPath):
    def twice(self, code):
        for _ in range(2):
            self.ok(code)

    def test_an_impl_in_a_cell_of_its_own_is_replaced(self):
        self.ok("struct Ring { radius: f64 }")
        self.twice("impl Ring { fn area(&self) -> f64 { 3.0 } }")
        self.shows("Ring { radius: 2.0 }.area()", "3.0")
        self.ok("impl Ring { fn area(&self) -> f64 { 3.0 * self.radius } }")
        self.shows("Ring { radius: 2.0 }.area()", "6.0")
        self.next_cell()

    def test_an_impl_survives_a_second_run_of_its_type(self):
        self.twice("#[derive(Debug)] struct Disc { radius: f64 }")
        self.ok("impl Disc { fn wide(&self) -> bool { self.radius > 1.0 } }")
        self.ok("#[derive(Debug)] struct Disc { radius: f64 }")
        self.shows("Disc { radius: 2.0 }.wide()", "true")

    def test_two_impl_blocks_in_two_cells_do_not_replace_each_other(self):
        self.ok("struct Plate(f64);")
        self.ok("impl Plate { fn size(&self) -> f64 { self.0 } }")
        self.ok("impl Plate { fn half(&self) -> f64 { self.0 / 2.0 } }")
        self.ok("impl Plate { fn size(&self) -> f64 { 10.0 * self.0 } }")
        self.shows("let plate = Plate(4.0); (plate.size(), plate.half())", "(40.0, 2.0)")
        self.ok("impl Plate { fn half(&self) -> f64 { self.size() / 2.0 } }")
        self.shows("(Plate(4.0).size(), Plate(4.0).half())", "(40.0, 20.0)")

    def test_impls_of_two_traits_in_two_cells_do_not_replace_each_other(self):
        self.ok("struct Word(&'static str);")
        name, long = "std::fmt::Display", "std::fmt::Debug"
        head = "impl %s for Word { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result "
        self.twice(head % name + "{ f.write_str(self.0) } }")
        self.twice(head % long + '{ write!(f, "<{}>", self.0) } }')
        self.assertEqual(self.ok('println!("{0} {0:?}", Word("a"));').text(), "a <a>\n")
        self.ok(head % name + '{ write!(f, "{}!", self.0) } }')
        self.assertEqual(self.ok('println!("{0} {0:?}", Word("a"));').text(), "a! <a>\n")

    def test_impls_of_one_trait_with_two_parameters_do_not_replace_each_other(self):
        self.ok("#[derive(Debug)] struct Number(f64);")
        self.twice("impl From<i32> for Number { fn from(n: i32) -> Self { Number(n.into()) } }")
        self.twice("impl From<bool> for Number { fn from(b: bool) -> Self { Number(if b { 1.0 } else { 0.0 }) } }")
        self.shows("(Number::from(3), Number::from(true))", "(Number(3.0), Number(1.0))")

    def test_a_generic_impl_is_replaced(self):
        self.ok("struct Pair<T>(T, T);")
        self.twice("impl<T: Copy> Pair<T> { fn pick(&self) -> T { self.0 } }")
        self.shows("Pair(1, 2).pick()", "1")
        self.ok("impl<T: Copy> Pair<T> { fn pick(&self) -> T { self.1 } }")
        self.shows("Pair(1, 2).pick()", "2")
        self.twice("impl<T> Drop for Pair<T> { fn drop(&mut self) { print!(\"gone\"); } }")
        self.assertEqual(self.ok("let both = Pair('a', 'b').pick();").text(), "gone")

    def test_a_trait_and_its_impl_are_replaced_one_by_one(self):
        self.twice("trait Speak { fn word(&self) -> String; }")
        self.ok("struct Dog;")
        self.twice("impl Speak for Dog { fn word(&self) -> String { \"wau\".into() } }")
        self.ok("trait Speak { fn word(&self) -> String; fn loud(&self) -> String { self.word().to_uppercase() } }")
        self.shows("Dog.loud()", '"WAU"')
        self.ok("impl Speak for Dog { fn word(&self) -> String { \"woof\".into() } }")
        self.shows("Dog.loud()", '"WOOF"')

    def test_an_impl_for_a_type_of_the_standard_library_is_replaced(self):
        self.ok("trait Total { fn total(&self) -> i32; }")
        self.twice("impl Total for Vec<i32> { fn total(&self) -> i32 { self.iter().sum() } }")
        self.twice("impl Total for [i32; 2] { fn total(&self) -> i32 { self[0] + self[1] } }")
        self.shows("(vec![1, 2, 3].total(), [4, 5].total())", "(6, 9)")

    def test_an_enum_is_replaced_and_its_impl_stays(self):
        self.twice("#[derive(Debug, Clone, Copy, PartialEq)] enum Light { Red, Green }")
        self.twice("impl Light { fn go(self) -> bool { self == Light::Green } }")
        self.ok("#[derive(Debug, Clone, Copy, PartialEq)] enum Light { Red, Yellow, Green }")
        self.shows("(Light::Yellow, Light::Yellow.go())", "(Yellow, false)")

    def test_a_function_is_replaced_also_where_an_impl_calls_it(self):
        self.ok("struct Counter { n: u32 } fn step() -> u32 { 1 } "
                "impl Counter { fn up(&mut self) -> u32 { self.n += step(); self.n } }")
        self.ok("fn step() -> u32 { 10 }")
        self.shows("Counter { n: 0 }.up()", "10")
        self.next_cell()

    def test_a_constant_and_a_type_alias_are_replaced_where_a_function_uses_them(self):
        self.twice("const WIDTH: usize = 2; type Real = f32;")
        self.twice("fn wide() -> usize { WIDTH * std::mem::size_of::<Real>() }")
        self.shows("wide()", "8")
        self.ok("const WIDTH: usize = 3;")
        self.shows("wide()", "12")
        self.ok("type Real = f64;")
        self.shows("wide()", "24")

    def test_a_module_is_replaced(self):
        self.twice("mod shapes { pub fn sides() -> u32 { 3 } pub struct Cube; impl Cube { fn n(&self) -> u32 { 3 } } }")
        self.ok("mod shapes { pub fn sides() -> u32 { 4 } }")
        self.shows("shapes::sides()", "4")

    def test_one_name_is_a_module_a_function_and_a_macro_at_once(self):
        self.ok("mod circle { pub fn area(r: f64) -> f64 { r * r } }")
        self.ok("fn circle(r: f64) -> f64 { circle::area(r) }")
        self.shows("circle(2.0)", "4.0")
        self.ok("macro_rules! circle { ($r:expr) => { circle($r) + 1.0 } }")
        self.shows("(circle::area(3.0), circle(2.0), circle!(2.0))", "(9.0, 4.0, 5.0)")

    def test_a_macro_serves_functions_of_other_cells_whatever_their_order(self):
        # The order was a hash map's: many names stand for many kernels.
        names = [f"{letter}{number}" for letter in ("zoo", "ant", "mid") for number in range(3)]
        for name in names:
            self.ok(f"macro_rules! twice_{name} {{ ($x:expr) => {{ 2.0 * $x }} }}")
            self.ok(f"fn grow_{name}(x: f64) -> f64 {{ twice_{name}!(x) }}")
            self.shows(f"grow_{name}(3.0)", "6.0")
        self.shows(" + ".join(f"grow_{name}(1.0)" for name in names), f"{2.0 * len(names)}")

    def test_a_changed_macro_changes_the_functions_of_other_cells(self):
        self.twice("macro_rules! times { ($x:expr) => { 2 * $x } }")
        self.twice("fn bigger(x: i32) -> i32 { times!(x) }")
        self.shows("bigger(3)", "6")
        self.ok("macro_rules! times { ($x:expr) => { 5 * $x } }")
        self.shows("bigger(3)", "15")

    def test_items_made_by_a_macro_are_kept_or_said_to_be_lost(self):
        self.ok("macro_rules! layer { ($name:ident) => { #[derive(Debug)] struct $name { width: i64 } } }")
        made = self.run_cell("layer!(Hidden);")
        if made.status == "ok" and "macro" not in shown(made):
            self.shows("Hidden { width: 10 }", "Hidden { width: 10 }")
        else:
            self.says(made, "macro", "Hidden|layer")
            self.no_insides(made)
        self.next_cell()

    def kept_or_said(self, made, code, wanted):
        if "static" not in shown(made):
            self.shows(code, wanted)

    def test_a_static_keeps_its_value_from_cell_to_cell(self):
        made = self.ok("use std::sync::atomic::{AtomicUsize, Ordering};\n"
                       "static CALLS: AtomicUsize = AtomicUsize::new(0);\n"
                       "fn count() -> usize { CALLS.fetch_add(1, Ordering::SeqCst) + 1 }")
        self.shows("count(); count()", "2")
        self.kept_or_said(made, "count()", "3")
        made = self.ok("static ONCE: std::sync::OnceLock<i32> = std::sync::OnceLock::new();")
        self.ok("ONCE.set(7).unwrap();")
        self.kept_or_said(made, "ONCE.get()", "Some(7)")
        self.ok("thread_local! { static HERE: std::cell::Cell<i32> = const { std::cell::Cell::new(1) }; }")
        self.next_cell()

    def test_the_same_name_used_from_two_crates_means_the_later(self):
        for _ in range(2):
            self.ok("use std::cmp::max as pick;")
            self.shows("pick(1, 2)", "2")
            self.ok("use core::cmp::min as pick;")
            self.shows("pick(1, 2)", "1")
        self.ok("use std::collections::{HashMap as Map, HashSet};")
        self.ok("use std::collections::{BTreeMap as Map, HashSet, VecDeque};")
        self.shows("Map::from([(2, 'b'), (1, 'a')])", "{1: 'a', 2: 'b'}")
        self.ok("fn pick(a: i32, b: i32) -> i32 { 100 * a + b }")
        self.shows("pick(1, 2)", "102")

    def test_a_variable_changes_its_type_and_a_type_changes_under_a_variable(self):
        self.ok("let thing = 1;")
        self.ok('let thing = String::from("now a text");')
        self.shows("thing.len()", "10")
        self.ok("#[derive(Debug)] struct Spot { x: i32 }")
        self.ok("let spot = Spot { x: 1 };")
        self.ok("#[derive(Debug)] struct Spot { x: i32, y: i32 }")
        self.shows("let newer = Spot { x: 1, y: 2 }; newer.y", "2")
        self.next_cell()

    def test_a_cell_of_everything_is_run_again(self):
        self.twice("""
            use std::fmt;
            #[derive(Clone)] struct Layer { width: i64 }
            impl Layer { fn new(width: i64) -> Self { Self { width } } }
            impl fmt::Display for Layer {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "layer of {}", self.width) }
            }
            fn describe(layers: &[Layer]) -> String {
                layers.iter().map(|layer| layer.to_string()).collect::<Vec<_>>().join(", ")
            }
            let layers = vec![Layer::new(2), Layer::new(5)];
        """)
        self.shows("describe(&layers)", '"layer of 2, layer of 5"')

    def test_constants_and_functions_are_said_not_to_see_variables(self):
        self.ok("let hidden = 10;")
        for code in ("const WIDTH_OF_IT: i64 = hidden;", "fn width_of_it() -> i64 { hidden }",
                     "fn two_of_it() -> i64 {\n    let two = 2;\n    two * hidden\n}"):
            with self.part(code):
                cell = self.fails(code, "CompileError", "hidden", r"\bvariables?\b")
                self.says(cell, r"argument|parameter|\bpass\b|`let ")
                self.next_cell()


class Names(OffPath):
    """Names that the kernel's own code needs too."""

    support = True

    def test_result_of_another_crate_breaks_no_cell(self):
        for code in ("use std::io::Result;", "use std::fmt::Result;", "enum Result { Won, Lost }"):
            with self.part(code):
                self.ok(code)
                self.spoils()
                self.ok('let n = "12".parse::<usize>()?;')
                self.shows("n", "12")
                self.next_cell()

    def test_names_of_the_standard_library_may_be_taken(self):
        self.ok("struct Error; trait Debug {} struct Rc; struct Instant;")
        self.next_cell()
        self.ok("fn drop() {} fn main() {} fn run() {} fn show() {}")
        self.ok("let vars = 1; let result = 2; let value = 3; let it = 4; let x = vars + result + value + it;")
        self.shows("x", "10")
        self.next_cell()

    def test_ok_and_err_may_be_variants_of_ones_own(self):
        self.ok("#[derive(Debug)] enum Answer { Ok, Err, None, Some }")
        self.shows("Answer::Ok", "Ok")
        self.ok("use Answer::*;")
        self.spoils()
        self.next_cell()

    def test_a_predictor_of_ones_own_is_replaced(self):
        self.ok("struct Rule { limit: f64 }")
        code = """
            impl Predictor for Rule {
                fn scores(&self, x: &Array2<f64>) -> support::Result<Array2<f64>> {
                    Ok(x.map(|v| %s).slice(ndarray::s![.., ..1]).to_owned())
                }
            }"""
        for _ in range(2):
            self.ok(code % "v - self.limit")
        self.shows("Rule { limit: 2.0 }.scores(&ndarray::array![[3.0, 0.0]])?[[0, 0]]", "1.0")
        self.ok(code % "self.limit - v")
        self.shows("Rule { limit: 2.0 }.scores(&ndarray::array![[3.0, 0.0]])?[[0, 0]]", "-1.0")

    def test_the_prelude_is_loaded_again(self):
        for _ in range(2):
            self.ok("use support::prelude::*;")
            self.ok('use support::prelude::*;\nuse std::collections::HashMap;', seconds=AT_ONCE)
        self.ok(':dep support = { path = "../support" }', seconds=2 * AT_ONCE)
        self.next_cell()
