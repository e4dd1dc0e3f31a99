"""What people do on pages, where it takes more than one action of Playwright's."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def choose_product(page: Page, product: str, module: str, version: str) -> None:
    """Choose a product, and what then follows it."""
    page.get_by_label("产品名称").select_option(label=product)
    page.get_by_label("应用模块").select_option(label=module)
    page.get_by_label("使用版本").select_option(label=version)


def choose_file(page: Page, name: str, content: bytes, kind: str = "text/plain") -> None:
    """Choose a file and wait until the page says that it is uploaded."""
    page.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": kind, "buffer": content})
    expect_uploaded(page, name)


def paste_screenshot(page: Page) -> None:
    """Copy a drawn picture to the real clipboard, press Ctrl+V, and wait until the page says that it is uploaded."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 200});
            const pen = canvas.getContext("2d");
            pen.fillStyle = "#c00";
            pen.fillRect(20, 20, 280, 60);
            const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
            await navigator.clipboard.write([new ClipboardItem({"image/png": picture})]);
        }"""
    )
    page.locator("body").press("ControlOrMeta+v")
    expect_uploaded(page, "截图")


def expect_uploaded(page: Page, name: str) -> None:
    """Wait until a file whose name holds ``name`` is there, checked and stored."""
    row = page.locator(".uploads-item").filter(has_text=name)
    expect(row).to_have_attribute("data-state", "done")
