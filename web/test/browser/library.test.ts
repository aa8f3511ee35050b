/** The library: files come in, are read, found, looked at and deleted; what they are called and hold stays words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { inBrowser, openPage } from "./browser.ts";
import { openSite } from "./site.ts";

const name = "<img src=x onerror=alert(1)> ملف.md";
const script = "<script>window.planted = 1; alert(1)</script>";
const text = `# Costs ${script}\n\nCosts fell by a third, as the harbour was dredged.\n\n<img src=x onerror="window.planted = 2">\n`;

const choose = (page: Page, files: { name: string; text: string }[]) =>
  page
    .locator("input[type=file]")
    .first()
    .setInputFiles(files.map((file) => ({ name: file.name, mimeType: "", buffer: Buffer.from(file.text) })));

const drop = (page: Page, fileName: string, content: string) =>
  page.evaluate(
    ([called, words]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([words], called));
      const event = (type: string) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      dispatchEvent(event("dragenter"));
      dispatchEvent(event("drop"));
    },
    [fileName, content] as const,
  );

test("files are added, read before one's eyes, found by similarity, looked at, and deleted", inBrowser, async (t) => {
  const site = await openSite(t, { variables: { MAX_FILE_SIZE: "1MB", ALLOWED_FILE_TYPES: "md,txt,unknown" } });
  const { page } = await openPage(t, site.url);
  await page.goto("/library?find=costs");
  await page.getByRole("heading", { name: "No files yet" }).waitFor();
  await page.getByRole("button", { name: "Back to all files" }).click();
  await page.getByText("One file may have up to 1 MB.").waitFor();

  await choose(page, [
    { name, text },
    { name: "large.txt", text: "x".repeat(1_100_000) },
    { name: "sheet.xlsx", text: "no sheet" },
  ]);
  const uploads = page.getByRole("region", { name: "Uploads" });
  await uploads.getByText("Not sent: it has 1 MB").waitFor();
  await uploads.getByText("Not sent: only md, txt").waitFor();
  const list = page.getByRole("list", { name: "Files", exact: true });
  await list.getByRole("listitem").filter({ hasText: "1 passage" }).waitFor();
  await drop(page, "the same.md", text);
  await uploads.getByText("You had it already.").waitFor();
  await uploads.getByRole("button", { name: "Clear what is done" }).click();
  await uploads.waitFor({ state: "hidden" });

  await page.getByRole("searchbox", { name: "Search inside your files" }).fill("why did costs fall");
  await page.keyboard.press("Enter");
  await page.getByText("by words and parts of words").waitFor();
  await page.getByRole("link", { name }).click();
  await page.waitForURL("**/library/*?chunk=0");
  await page.locator('p[data-marked="true"]', { hasText: "Costs fell by a third" }).waitFor();
  await page.getByRole("tab", { name: "Facts" }).click();
  await page.getByRole("heading", { name: "What its text tells" }).waitFor();
  await page.getByRole("tab", { name: "Reading" }).click();
  await page.getByRole("row", { name: /^extract/ }).waitFor();

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.waitForURL("**/library");
  await page.getByRole("heading", { name: "No files yet" }).waitFor();
  assert.equal(await page.evaluate(() => (window as unknown as { planted?: number }).planted), undefined);
});
