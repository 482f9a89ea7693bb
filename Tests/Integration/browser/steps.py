"""What an operator does at the console, in this order, and what must then be seen."""
import os
import signal
import time

from visit import until

#: Notes when Halt is pressed and when the breaker is first drawn as HALTED, by the page's clock.
WATCH_HALT = """() => {
    const breaker = document.querySelector('[data-testid="breaker"]');
    window.haltSeen = new Promise((seen) => {
        let pressed = 0;
        document.querySelector('[data-testid="halt"]').addEventListener(
            'click', () => { pressed = performance.now(); }, {capture: true, once: true});
        new MutationObserver(() => {
            if (pressed && breaker.dataset.state === 'HALTED') seen(performance.now() - pressed);
        }).observe(breaker, {attributes: true});
    });
}"""


def wrong_password_is_answered_by_a_sentence(visit):
    visit.page.goto(visit.address + "/")
    visit.sign_in("not the password")
    fault = visit.one("login-fault")
    fault.wait_for()
    text = fault.inner_text()
    assert text.endswith(".") and " " in text, f"no sentence: {text!r}"
    visit.shoot("login")


def login_leads_to_a_live_panel(visit):
    visit.sign_in(visit.password)
    visit.one("link", link="live").wait_for()
    assert visit.one("mode").inner_text() == "PAPER"
    assert visit.operator in visit.one("operator").inner_text()


def decisions_arrive(visit):
    before = visit.number("decisions-seen")
    until(lambda: visit.number("decisions-seen") >= before + 3, 30, "three new decisions")
    assert visit.decisions(), "decisions are counted, but none is listed"


def truth_score_rises_above_80(visit):
    score = visit.one("truth-score")
    score.wait_for()
    until(lambda: float(score.inner_text()) > 80, 90, "truth score above 80")


def answer_equals_the_health_endpoint(visit):
    def agrees():
        status = visit.page.request.get(visit.address + "/health/trade").status
        return visit.one("may-open").inner_text() == ("YES" if status == 200 else "NO")
    until(agrees, 10, "agreement between the answer and /health/trade")
    visit.shoot("normal")


def halt_is_seen_within_a_second(visit):
    visit.page.evaluate(WATCH_HALT)
    visit.one("halt").click()
    took = visit.page.evaluate(
        "Promise.race([window.haltSeen, new Promise((end) => setTimeout(end, 5000, -1))])")
    print(f"halt pressed to HALTED drawn: {took:.1f} ms")
    assert 0 <= took < 1000, f"HALTED was drawn after {took} ms (-1: not at all)"
    outcome = visit.one("halt-outcome")
    until(lambda: "HALTED, recorded" in outcome.inner_text(), 5, "receipt of the halt")
    assert "Gate closed in" in outcome.inner_text(), outcome.inner_text()
    assert visit.one("may-open").inner_text() == "NO"
    receipt = outcome.locator('[data-testid="receipt"]')
    visit.halt_sequence = int(receipt.get_attribute("data-sequence"))


def nothing_is_approved_after_the_halt(visit):
    def later():
        return [one for one in visit.decisions() if one["sequence"] > visit.halt_sequence]
    until(lambda: len(later()) >= 5, 30, "five decisions after the halt")
    approved = [one["id"] for one in later() if one["verdict"] == "approved"]
    assert not approved, f"approved although halted: {approved}"
    visit.shoot("halted")


def deep_link_shows_the_failing_check(visit):
    denied = next(one["id"] for one in visit.decisions() if one["verdict"] == "denied")
    visit.page.goto(f"{visit.address}/#/decisions/{denied}")
    visit.page.reload()
    visit.one("decision-sheet").wait_for()
    failed = visit.one("check", passed="false", code="breaker_halted")
    failed.wait_for()
    assert "failed" in failed.inner_text(), failed.inner_text()
    assert visit.one("check").count() >= 12, "the sheet does not show every check"
    assert "HALTED" in visit.one("because").inner_text()
    visit.shoot("decision")
    visit.page.keyboard.press("Escape")
    visit.one("decision-sheet").wait_for(state="detached")


def unknown_decision_is_answered_by_a_sentence(visit):
    visit.page.goto(f"{visit.address}/#/decisions/dec-999999999999")
    until(lambda: "no decision dec-999999999999" in visit.one("decision-sheet").inner_text(),
          5, "sentence about the unknown decision")
    visit.page.keyboard.press("Escape")


def letters_press_nothing(visit):
    """No key by itself commands the desk, not even H."""
    commands = []
    visit.page.on("request", lambda request: commands.append(request.url)
                  if "/api/v1/operator/" in request.url else None)
    visit.page.locator("body").press("h")
    visit.page.locator("body").press("H")
    visit.page.wait_for_timeout(300)
    assert not commands, commands


def resume_names_the_epoch_and_ends_the_halt(visit):
    visit.one("resume").click()
    assert int(visit.one("resume-epoch").inner_text()) > 0
    visit.page.fill("#command-reason", "The browser test has seen enough")
    visit.shoot("resume")
    visit.page.press("#command-reason", "Enter")
    breaker = visit.one("breaker")
    until(lambda: breaker.get_attribute("data-state") in ("DEFENSIVE", "NORMAL"), 10,
          "resumed desk")


def lost_network_shows_at_once(visit):
    began = time.monotonic()
    visit.context.set_offline(True)
    _is_lost(visit, began, "network gone")
    visit.shoot("disconnected")
    visit.context.set_offline(False)
    _is_back(visit)


def silent_server_shows_at_once(visit):
    """A stopped process keeps its sockets open: only silence tells."""
    if visit.pid is None:
        return "the server's process id is not known"
    os.kill(visit.pid, signal.SIGSTOP)
    try:
        _is_lost(visit, time.monotonic(), "server silent")
    finally:
        os.kill(visit.pid, signal.SIGCONT)
    _is_back(visit)
    return None


def _is_lost(visit, began, what):
    until(lambda: visit.one("lost").count(), 5, "banner")
    took = time.monotonic() - began
    print(f"{what} to banner: {took * 1000:.0f} ms")
    assert "NO LIVE DATA since" in visit.one("lost").inner_text()
    assert visit.one("may-open").inner_text() == "?", "an answer without live data"
    assert visit.one("halt").is_enabled(), "Halt must stay within reach"
    assert took < 1.5, f"the banner came after {took:.2f} s"


def _is_back(visit):
    visit.one("link", link="live").wait_for(timeout=8_000)
    visit.one("lost").wait_for(state="detached")
    before = visit.number("decisions-seen")
    until(lambda: visit.number("decisions-seen") > before, 30, "decision after the reconnection")


def signing_out_forgets_the_session(visit):
    visit.one("sign-out").click()
    visit.one("login").wait_for()
    visit.page.reload()
    visit.one("login").wait_for()


def page_reports_no_fault(visit):
    assert not visit.faults, visit.faults


STEPS = [
    wrong_password_is_answered_by_a_sentence,
    login_leads_to_a_live_panel,
    decisions_arrive,
    truth_score_rises_above_80,
    answer_equals_the_health_endpoint,
    halt_is_seen_within_a_second,
    nothing_is_approved_after_the_halt,
    deep_link_shows_the_failing_check,
    unknown_decision_is_answered_by_a_sentence,
    letters_press_nothing,
    resume_names_the_epoch_and_ends_the_halt,
    lost_network_shows_at_once,
    silent_server_shows_at_once,
    signing_out_forgets_the_session,
    page_reports_no_fault,
]
