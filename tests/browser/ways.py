"""What a person does to come to a page that has no address of its own."""

from django.urls import reverse

from accounts.models import User
from posts.models import Post
from tests.browser.world import World

PASSWORD = "drumbeat-demo"


def as_staff(world: World, page) -> None:
    User.objects.filter(pk=world.alice.pk).update(is_staff=True)
    page.goto(reverse("status"))


def by_code(world: World, page) -> None:
    page.goto(reverse("account_request_login_code"))
    page.locator("input[type=email]").fill("bob@demo.test")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/code/confirm/")


def with_password(world: World, page) -> None:
    """Bob has a second factor by now."""
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill("bob@demo.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password", exact=True).press("Enter")
    page.wait_for_url("**/2fa/authenticate/")


def confirm(page) -> None:
    """The pages of a second factor open within minutes of it."""
    page.goto(reverse("account_reauthenticate"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation(url=lambda at: "reauthenticate" not in at):
        page.get_by_label("Password", exact=True).press("Enter")


def to_consent(world: World, page, name: str = "LinkedIn") -> None:
    page.goto(world.url("publishers:connect", platform=name.lower()))
    page.get_by_role("button", name=f"Continue to {name}").click()
    page.get_by_role("button", name="Allow").wait_for()


def to_choice(world: World, page) -> None:
    to_consent(world, page)
    page.locator("label", has_text="also runs").first.click()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url("**/channels/choose/**")


def wrong_password(world: World, page) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill("nobody@demo.test")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_label("Password", exact=True).press("Enter")
    page.locator(".form__summary, .banner").first.wait_for()


def make_key(world: World, page) -> None:
    page.goto(world.url("accounts:api_keys"))
    page.get_by_role("textbox", name="Name").fill("Nightly report")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_label("The new API key").wait_for()


def refused_composer(world: World, page) -> None:
    page.goto(world.url("posts:create"))
    page.get_by_role("button", name="Send for review").first.click()
    page.locator(".form__summary").wait_for()


def stale_composer(world: World, page) -> None:
    page.goto(world.url("posts:edit", post_id=world.draft.pk))
    Post.objects.filter(pk=world.draft.pk).update(version=world.draft.version + 1)
    page.locator("#body").fill("My own words.")
    page.get_by_role("button", name="Send for review").first.click()
    page.get_by_text("saved a newer version").or_(page.get_by_text("A newer version")).wait_for()


def open_notices(world: World, page) -> None:
    page.goto(world.url("calendar_app:month"))
    page.locator("[popovertarget=notifications]").click()
    page.locator("#notifications .notice, #notifications li").first.wait_for()


def open_move(world: World, page) -> None:
    page.goto(world.url("calendar_app:board"))
    page.locator("[data-move]").first.click()
    page.locator("dialog[open]").wait_for()


def choose(world: World, page, view: str) -> None:
    page.goto(world.url(view))
    for n in range(3):
        page.locator(".post-pick input").nth(n).check(force=True)
    page.locator("#selection [data-count]", has_text="3 chosen").wait_for()


def open_shift(world: World, page) -> None:
    choose(world, page, "calendar_app:board")
    page.locator("#chosen-shift").click()
    page.locator("dialog[open] .sweep__line").first.wait_for()


def open_move_all(world: World, page) -> None:
    """As the page that it is without script."""
    choose(world, page, "calendar_app:list")
    with page.expect_navigation():
        page.evaluate("document.getElementById('selection').submit()")


def open_edit(world: World, page) -> None:
    page.goto(world.url("calendar_app:board") + "?group=campaign")
    page.locator(".post-card__link").first.focus()
    page.keyboard.press("e")
    page.locator("dialog[open]").wait_for()


def open_mentions(world: World, page) -> None:
    page.goto(world.url("posts:post", post_id=world.talked.pk))
    page.get_by_label("Write a comment").press_sequentially("@")
    page.locator(".mentions").get_by_role("option").first.wait_for()


def open_filter(world: World, page) -> None:
    page.goto(world.url("calendar_app:board") + "?q=nothing-like-it")
    page.locator("#filter-channel").click()
    page.locator("#pick-channel input").first.wait_for()


def open_keys(world: World, page) -> None:
    page.goto(world.url("calendar_app:board"))
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def open_panel(world: World, page) -> None:
    page.goto(world.url("posts:library"))
    page.locator("[data-panel]").first.click()
    page.locator(".asset-panel").wait_for()


def open_choice(world: World, page) -> None:
    page.goto(world.url("posts:create"))
    page.get_by_role("button", name="Choose from the library").click()
    page.locator("dialog[open] .pickable").first.wait_for()


def open_hashtags(world: World, page) -> None:
    page.goto(world.url("posts:create"))
    page.get_by_role("button", name="Insert hashtags").first.click()
    page.locator("#tags-pop .tags-pick").wait_for()
