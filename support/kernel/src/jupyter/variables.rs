//! JupyterLab's variable panel, which uses messages of the Debug Adapter Protocol. Names and types need no compilation;
//! a value is computed when the user opens it. There are no breakpoints.

use std::time::Duration;

use serde_json::{Value, json};

use crate::evaluator::Evaluator;

/// Maximum time to compute a value. The compiler's analysis may have to be loaded first.
const PATIENCE: Duration = Duration::from_secs(40);
/// Maximum number of characters of a type or value in a row of the panel.
const ROW: usize = 200;

/// A reply; `initialized` is true if the event of that name follows it.
pub struct Answer {
    pub reply: Value,
    pub initialized: bool,
}

/// The state of the variable panel.
#[derive(Default)]
pub struct Variables {
    started: bool,
}

impl Variables {
    /// Returns the content of the `debug_reply`.
    pub async fn answer(&mut self, request: &Value, evaluator: &Evaluator) -> Answer {
        let command = request["command"].as_str().unwrap_or_default();
        let arguments = &request["arguments"];
        let body = match command {
            "debugInfo" => Ok(self.info()),
            "initialize" => {
                self.started = true;
                Ok(json!({ "supportsConfigurationDoneRequest": true, "exceptionBreakpointFilters": [] }))
            }
            "disconnect" | "terminate" => {
                self.started = false;
                Ok(json!({}))
            }
            "attach" | "configurationDone" | "setExceptionBreakpoints" => Ok(json!({})),
            "setBreakpoints" => Ok(json!({ "breakpoints": [] })),
            "dumpCell" => Ok(json!({ "sourcePath": "" })),
            "stackTrace" => Ok(json!({ "stackFrames": [], "totalFrames": 0 })),
            "threads" => Ok(json!({ "threads": [] })),
            "inspectVariables" => Ok(json!({ "variables": rows(evaluator) })),
            "variables" => children(evaluator, arguments["variablesReference"].as_u64()).await,
            "richInspectVariables" => rich(evaluator, arguments["variableName"].as_str()).await,
            other => Err(format!("this kernel has no `{other}`: it shows variables, without breakpoints")),
        };
        let mut reply = json!({
            "type": "response", "request_seq": request["seq"], "seq": request["seq"], "command": command,
            "success": body.is_ok(),
        });
        match body {
            Ok(body) => reply["body"] = body,
            Err(message) => reply["message"] = message.into(),
        }
        Answer { initialized: command == "initialize", reply }
    }

    fn info(&self) -> Value {
        json!({
            "isStarted": self.started, "hashMethod": "Murmur2", "hashSeed": 0, "tmpFilePrefix": "",
            "tmpFileSuffix": ".rs", "breakpoints": [], "stoppedThreads": [], "richRendering": true,
            "exceptionPaths": [], "copyToGlobals": false,
        })
    }
}

/// Returns one row per variable. A row's reference is its index from 1.
fn rows(evaluator: &Evaluator) -> Vec<Value> {
    let variables = evaluator.variables();
    let row = |(index, (name, kind)): (usize, &(String, String))| {
        json!({
            "name": name, "evaluateName": name, "type": cut(kind), "value": cut(kind), "variablesReference": index + 1,
        })
    };
    variables.iter().enumerate().map(row).collect()
}

/// Returns the value of the variable in this row.
async fn children(evaluator: &Evaluator, reference: Option<u64>) -> Result<Value, String> {
    let index = reference.and_then(|reference| usize::try_from(reference).ok()?.checked_sub(1));
    let variables = evaluator.variables();
    let Some((name, _)) = index.and_then(|index| variables.get(index)) else {
        return Ok(json!({ "variables": [] }));
    };
    let data = value(evaluator, name).await?;
    let text = data["text/plain"].as_str().unwrap_or_default();
    // JupyterLab shows a type in place of the value, if there is one.
    let row = json!({ "name": "value", "value": cut(text), "variablesReference": 0 });
    Ok(json!({ "variables": [row] }))
}

async fn rich(evaluator: &Evaluator, name: Option<&str>) -> Result<Value, String> {
    let name = name.unwrap_or_default();
    if !evaluator.variables().iter().any(|(known, _)| known == name) {
        return Err(format!("there is no variable `{name}`"));
    }
    Ok(json!({ "data": value(evaluator, name).await?, "metadata": {} }))
}

async fn value(evaluator: &Evaluator, name: &str) -> Result<Value, String> {
    if evaluator.interrupt.is_busy() {
        return Err("a cell is running; open it again when it is over".to_owned());
    }
    match tokio::time::timeout(PATIENCE, evaluator.show(name.to_owned())).await {
        Ok(Some(data)) => Ok(Value::Object(data)),
        Ok(None) => Err(format!("`{name}` cannot be shown: its type has no `{{:?}}`")),
        Err(_) => Err(format!("showing `{name}` takes too long")),
    }
}

/// Returns the first line of a text, cut to the length of a row.
fn cut(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let more = line.len() < text.len() || line.chars().count() > ROW;
    let line: String = line.chars().take(ROW).collect();
    if more { line + " …" } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_one_line() {
        assert_eq!(cut("[1, 2]"), "[1, 2]");
        assert_eq!(cut("a\nb"), "a …");
        assert_eq!(cut(&"é".repeat(ROW + 1)), "é".repeat(ROW) + " …");
    }
}
