//! A real browser for tests: headless Chromium, used as a person uses it, by buttons,
//! fields and keys. What goes wrong in a page is noted and can be asked for.
#![allow(dead_code, reason = "every test file uses its own part of this")]

mod devtools;
mod pages;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use devtools::Devtools;

/// Whatever takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a Chromium is named; with it set, a test without one fails.
const NAMED: &str = "SATISFACTOMETER_BROWSER";

/// What every page is given besides its own: a way to find things by selector and words
/// (`button|Begin`), and a complaint where its policy is violated.
const HELP: &str = r#"
window.find = (what) => {
  const [css, words] = what.split("|");
  return [...document.querySelectorAll(css)].find((e) =>
    e.getClientRects().length && (!words || e.textContent.trim().startsWith(words)));
};
addEventListener("securitypolicyviolation", (event) =>
  console.error("policy", event.violatedDirective, event.blockedURI, event.sourceFile));
"#;

/// Scrolls to something, says where its middle is, and waits for a click on it.
const AIM: &str = r#"(() => {
  const e = find(WHAT);
  if (!e) return { why: "is not here" };
  if (e.disabled) return { why: "cannot be pressed" };
  e.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  const box = e.getClientRects()[0];
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const hit = document.elementFromPoint(x, y);
  if (!hit || !(e.contains(hit) || hit.contains(e) && hit.closest("label"))) return { why: "is covered by " + (hit && hit.outerHTML.slice(0, 90)) };
  window.clicked = undefined;
  addEventListener("click", (event) => { window.clicked = event.target.closest(WHAT.split("|")[0]) ? "" : event.target.outerHTML.slice(0, 200); }, { capture: true, once: true });
  return { x, y };
})()"#;

/// Controls that a thumb would miss. Links within a sentence are as tall as its line.
const SMALL: &str = r#"[...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
  .filter((e) => e.getClientRects().length && !e.closest(".hidden"))
  .map((e) => [e, (["radio", "checkbox"].includes(e.type) && e.closest("label") || e).getBoundingClientRect()])
  .filter(([e, box]) => !(e.tagName === "A" && e.closest("p") && e.closest("p").textContent.trim() !== e.textContent.trim()))
  .filter(([e, box]) => box.width < 43.9 || box.height < 43.9)
  .map(([e, box]) => Math.round(box.width) + "x" + Math.round(box.height) + " " + e.outerHTML.slice(0, 100))"#;

/// A browser of its own for one test.
pub struct Browser(Devtools);

impl Browser {
    /// Starts one. Where none is installed and none is named the test is skipped, and
    /// says so past the harness, which would swallow it.
    pub fn open() -> Option<Browser> {
        let named = std::env::var(NAMED).ok().filter(|name| !name.is_empty());
        let here = |name: &String| {
            let paths = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&paths).any(|folder| folder.join(name).is_file())
        };
        let known = ["chromium", "chromium-browser", "google-chrome"].map(str::to_owned);
        let Some(program) = named.or_else(|| known.into_iter().find(here)) else {
            let test = std::thread::current();
            let test = test.name().unwrap_or("a test");
            let told =
                format!("skipped: {test} needs a Chromium; install one, or name it in {NAMED}\n");
            _ = std::io::stderr().write_all(told.as_bytes());
            return None;
        };
        let browser = Devtools::start(&program).expect("the browser starts");
        let version = browser.call("", "Browser.getVersion", json!({}));
        version.unwrap_or_else(|why| panic!("{program} is no Chromium that can be driven: {why}"));
        Some(Browser(browser))
    }

    /// A person's own window, that shares nothing with others.
    pub fn page(&self, name: &str, [width, height]: [u32; 2]) -> Page<'_> {
        self.window(name, [width, height], false)
    }

    /// A phone of a person's own, held upright.
    pub fn phone(&self, name: &str) -> Page<'_> {
        self.window(name, [390, 844], true)
    }

    fn ask(&self, method: &str, params: Value, key: &str) -> String {
        let said = self.0.call("", method, params).expect("a window");
        said[key].as_str().expect("an id").to_owned()
    }

    fn window(&self, name: &str, size: [u32; 2], phone: bool) -> Page<'_> {
        let context = self.ask("Target.createBrowserContext", json!({}), "browserContextId");
        self.tab(name, size, phone, context)
    }

    fn tab(&self, name: &str, size: [u32; 2], phone: bool, context: String) -> Page<'_> {
        let blank = json!({ "url": "about:blank", "browserContextId": context });
        let target = self.ask("Target.createTarget", blank, "targetId");
        let flat = json!({ "targetId": target, "flatten": true });
        let page = Page {
            browser: self,
            session: self.ask("Target.attachToTarget", flat, "sessionId"),
            name: name.to_owned(),
            phone,
            size,
            context,
        };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        let help = json!({ "source": HELP });
        page.call("Page.addScriptToEvaluateOnNewDocument", help);
        page.call(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        );
        let [width, height] = size;
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        page.call("Emulation.setDeviceMetricsOverride", size);
        if phone {
            page.call(
                "Emulation.setTouchEmulationEnabled",
                json!({ "enabled": true }),
            );
        }
        page
    }
}

/// A window that shows a page.
pub struct Page<'b> {
    browser: &'b Browser,
    session: String,
    name: String,
    phone: bool,
    size: [u32; 2],
    context: String,
}

impl<'b> Page<'b> {
    /// Another tab of the same person.
    pub fn beside(&self, name: &str) -> Page<'b> {
        let context = self.context.clone();
        self.browser.tab(name, self.size, self.phone, context)
    }

    fn call(&self, method: &str, params: Value) -> Value {
        let said = self.browser.0.call(&self.session, method, params);
        said.unwrap_or_else(|why| panic!("{}: {why}", self.name))
    }

    /// What an expression is. None while a page makes room for the next.
    fn look(&self, expression: &str) -> Option<Value> {
        let params =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let said = self
            .browser
            .0
            .call(&self.session, "Runtime.evaluate", params);
        let said = said.ok()?;
        let thrown = &said["exceptionDetails"];
        // Between two pages there is nothing to look with.
        let help = thrown["exception"]["description"].as_str();
        if !help.is_some_and(|why| why.contains("find is not defined")) {
            assert!(thrown.is_null(), "{}: {expression}: {thrown}", self.name);
            return Some(said["result"]["value"].clone());
        }
        None
    }

    /// What an expression is.
    pub fn eval(&self, expression: &str) -> Value {
        let mut is = Value::Null;
        self.patiently(expression, || self.look(expression).map(|value| is = value));
        is
    }

    /// Tries until something can be had.
    #[track_caller]
    fn patiently<T>(&self, what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = attempt() {
                return found;
            }
            if begun.elapsed() > PATIENCE {
                self.trouble(what);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    #[track_caller]
    fn trouble(&self, what: &str) -> ! {
        self.picture(&format!("trouble-{}", self.name));
        let at = self.look("location.href + '\\n' + (document.body?.innerText ?? '')");
        let at = at.unwrap_or_default();
        let at = at.as_str().unwrap_or_default();
        panic!("{}: never: {what}\n{at}\n{:?}", self.name, self.faults());
    }

    /// Waits until an expression holds.
    #[track_caller]
    pub fn until(&self, expression: &str) {
        let bool = format!("!!({expression})");
        self.patiently(expression, || {
            (self.look(&bool) == Some(true.into())).then_some(())
        });
    }

    /// Waits until something is there to be seen: a selector, and words after a `|`.
    #[track_caller]
    pub fn sees(&self, what: &str) {
        self.until(&format!("find({})", json!(what)));
    }

    /// Waits until it is not.
    #[track_caller]
    pub fn misses(&self, what: &str) {
        self.until(&format!("!find({})", json!(what)));
    }

    /// Waits until words are on the page.
    #[track_caller]
    pub fn reads(&self, words: &str) {
        self.until(&format!(
            "(document.body?.innerText ?? '').includes({})",
            json!(words)
        ));
    }

    /// All that is on the page to be read.
    pub fn text(&self) -> String {
        let text = self.eval("(document.body?.innerText ?? '')");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The page as it stands, down to what is not shown.
    pub fn html(&self) -> String {
        let html = self.eval("document.documentElement.outerHTML");
        html.as_str().unwrap_or_default().to_owned()
    }

    fn loader(&self) -> String {
        self.browser
            .0
            .seen(&self.session, |seen| seen.loader.clone())
    }

    /// Waits for another page than the one that `loader` loaded.
    #[track_caller]
    fn arrived(&self, loader: &str, how: &str) {
        self.patiently(&format!("another page after {how}"), || {
            let ready = self.look("document.readyState")?;
            (ready == "complete" && self.loader() != loader).then_some(())
        });
    }

    /// Opens an address.
    #[track_caller]
    pub fn open(&self, address: &str) {
        let before = self.loader();
        self.call("Page.navigate", json!({ "url": address }));
        self.arrived(&before, address);
    }

    /// Breaks the line to everywhere, or mends it.
    pub fn offline(&self, broken: bool) {
        let line = json!({ "offline": broken, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.call("Network.emulateNetworkConditions", line);
    }

    /// Loads the page anew.
    #[track_caller]
    pub fn reload(&self) {
        let before = self.loader();
        self.call("Page.reload", json!({}));
        self.arrived(&before, "a reload");
    }

    /// The middle of something, when it is there and nothing lies over it.
    #[track_caller]
    pub fn aim(&self, what: &str) -> (f64, f64) {
        let aim = AIM.replace("WHAT", &json!(what).to_string());
        let mut why = String::new();
        let begun = Instant::now();
        loop {
            let found = self.look(&aim).unwrap_or_default();
            if let (Some(x), Some(y)) = (found["x"].as_f64(), found["y"].as_f64()) {
                return (x, y);
            }
            if let Some(now) = found["why"].as_str() {
                why = now.to_owned();
            }
            if begun.elapsed() > PATIENCE {
                self.trouble(&format!("{what} {why}"));
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// One half of a click.
    pub fn mouse(&self, kind: &str, (x, y): (f64, f64)) {
        let params = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1,
            "buttons": u8::from(kind == "mousePressed") });
        self.call("Input.dispatchMouseEvent", params);
    }

    /// Clicks on something, or taps it on a phone, once it is there.
    #[track_caller]
    pub fn press(&self, what: &str) {
        let loader = self.loader();
        let (x, y) = self.aim(what);
        if self.phone {
            for (kind, points) in [
                ("touchStart", json!([{ "x": x, "y": y }])),
                ("touchEnd", json!([])),
            ] {
                let params = json!({ "type": kind, "touchPoints": points });
                self.call("Input.dispatchTouchEvent", params);
            }
        } else {
            self.mouse("mouseMoved", (x, y));
            self.mouse("mousePressed", (x, y));
            self.mouse("mouseReleased", (x, y));
        }
        let hit = self.patiently(&format!("a click on {what}"), || {
            let hit = self.look("window.clicked");
            if self.loader() != loader {
                return Some(String::new());
            }
            hit?.as_str().map(str::to_owned)
        });
        assert_eq!(hit, "", "{}: {what} moved away under the click", self.name);
    }

    /// Clicks on something that leads to another page, and waits for it.
    #[track_caller]
    pub fn go(&self, what: &str) {
        let before = self.loader();
        self.press(what);
        self.arrived(&before, what);
    }

    /// Types into a field, in the place of what is in it.
    #[track_caller]
    pub fn fill(&self, field: &str, text: &str) {
        self.press(field);
        self.eval("document.activeElement.select()");
        self.write(text);
    }

    /// Types where the focus is.
    pub fn write(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Chooses from a list, as a browser does when a choice is made.
    #[track_caller]
    pub fn choose(&self, list: &str, value: &str) {
        self.sees(list);
        let (list, value) = (json!(list), json!(value));
        let choice = format!(
            "(() => {{ const e = find({list}); e.value = {value}; e.dispatchEvent(new Event('change', {{ bubbles: true }})); return e.value === {value}; }})()"
        );
        assert_eq!(self.eval(&choice), true, "{list} has no {value}");
    }

    /// Goes down and up on a key.
    pub fn key(&self, key: &str) {
        self.key_down(key);
        self.key_up(key);
    }

    /// Goes down on a key.
    pub fn key_down(&self, key: &str) {
        let mut params = named(key);
        params["type"] = "keyDown".into();
        let text = match key {
            "Enter" => "\r",
            key if key.chars().count() == 1 => key,
            _ => "",
        };
        if !text.is_empty() {
            params["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", params);
    }

    /// Lets a key go.
    pub fn key_up(&self, key: &str) {
        let mut params = named(key);
        params["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", params);
    }

    /// Walks with the tabulator until something has the focus.
    #[track_caller]
    pub fn tab_to(&self, what: &str) {
        let there = format!("find({}) === document.activeElement", json!(what));
        for _ in 0..60 {
            if self.eval(&there) == true {
                return;
            }
            self.key("Tab");
        }
        self.trouble(&format!("the tabulator at {what}"));
    }

    /// Keeps what is to be seen as a picture, to be looked at.
    pub fn picture(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures/browser");
        fs::create_dir_all(&folder).expect("a folder for pictures");
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let png = STANDARD.decode(shot["data"].as_str().unwrap_or_default());
        let file = folder.join(format!("{name}.png"));
        fs::write(&file, png.expect("a picture")).expect("it is written");
        file
    }

    /// What went wrong so far.
    pub fn faults(&self) -> Vec<String> {
        let seen = &self.browser.0;
        seen.seen(&self.session, |seen| seen.faults.clone())
    }

    /// Holds that nothing went wrong but what is expected, by a piece of it, and that
    /// nobody was asked but these servers.
    #[track_caller]
    pub fn is_sound(&self, servers: &[&str], expected: &[&str]) {
        // Whatever is still on its way is heard first.
        self.eval("new Promise((done) => setTimeout(done, 100))");
        let (faults, asked) = self.browser.0.seen(&self.session, |seen| {
            (std::mem::take(&mut seen.faults), seen.asked.clone())
        });
        let known = |fault: &String| expected.iter().any(|piece| fault.contains(piece));
        let faults: Vec<_> = faults.iter().filter(|fault| !known(fault)).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", self.name);
        assert!(!asked.is_empty(), "{}: requests are seen", self.name);
        for address in asked {
            let ours = servers.iter().any(|ours| {
                let rest = address.strip_prefix(ours);
                rest.is_some_and(|rest| rest.starts_with('/'))
            });
            assert!(ours, "{} asked {address}", self.name);
        }
    }

    /// Holds that a page fits a phone: nothing beside the screen, nothing too small.
    #[track_caller]
    pub fn fits(&self) {
        // What is too wide makes a phone zoom out, so its own width is no measure then.
        let wide = self.eval("document.documentElement.scrollWidth");
        assert_eq!(
            wide,
            self.size[0],
            "{}: as wide as the screen\n{}",
            self.name,
            self.text()
        );
        let small = self.eval(SMALL);
        assert_eq!(
            small,
            json!([]),
            "{}: too small to tap: {small:#}",
            self.name
        );
    }
}

/// A key as the protocol names it.
fn named(key: &str) -> Value {
    let code = match key {
        "Tab" => 9,
        "Enter" => 13,
        "Escape" => 27,
        " " => 32,
        "ArrowLeft" => 37,
        "ArrowRight" => 39,
        other => other.to_ascii_uppercase().bytes().next().unwrap_or(0),
    };
    json!({ "key": key, "windowsVirtualKeyCode": code })
}
