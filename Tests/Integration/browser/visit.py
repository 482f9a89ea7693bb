"""One tab of Debian's Chromium on a running console."""
import os
import pathlib
import time

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTHS = {1280: 800, 1920: 1080}


class Visit:
    """What the steps share: the page, and what they know of the desk behind it."""

    def __init__(self, address, operator, password, shots=None, pid=None):
        self.address = address.rstrip("/")
        self.operator = operator
        self.password = password
        self.shots = pathlib.Path(shots) if shots else None
        self.pid = pid
        self.faults = []
        self.halt_sequence = None

    def __enter__(self):
        self.playwright = sync_playwright().start()
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.browser = self.playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        self.context = self.browser.new_context(viewport={"width": 1280, "height": 800})
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()

    def _note(self, message):
        """A refused request is the steps' own doing; what the browser blocks is not."""
        text = message.text
        if message.type == "error" and "Failed to load resource" not in text \
                and "WebSocket connection" not in text:
            self.faults.append(text)

    def one(self, name, **attributes):
        """The element with the test id, and attributes with these values."""
        rest = "".join(f'[data-{key}="{value}"]' for key, value in attributes.items())
        return self.page.locator(f'[data-testid="{name}"]{rest}')

    def sign_in(self, password):
        self.page.fill("#operator", self.operator)
        self.page.fill("#password", password)
        self.page.press("#password", "Enter")

    def number(self, name):
        return float(self.one(name).inner_text())

    def decisions(self):
        """The list as it is drawn, the newest first."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('[data-testid="decision"]')].map((row) => (
                {id: row.dataset.id, verdict: row.dataset.verdict,
                 sequence: Number(row.dataset.sequence)}))""")

    def shoot(self, name):
        """Looks at the page in both widths; nothing may stick out at the side."""
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(200)
            if self.shots:
                self.shots.mkdir(parents=True, exist_ok=True)
                self.page.screenshot(path=str(self.shots / f"{name}-{width}.png"))
            drawn = self.page.evaluate("document.documentElement.scrollWidth")
            assert drawn <= width, f"{name} is {drawn} wide on a screen of {width}"


def until(condition, seconds, what):
    """Waits for something to become true; says what did not."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"no {what} within {seconds} s"
        time.sleep(0.05)
    return value
