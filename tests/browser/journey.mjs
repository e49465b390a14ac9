// A recipient's journey in a real browser whose scripts are off:
// notice link, register, log in, inbox, read, download, answer, log out.
//
// LINK      the link of the notice
// OUT       a folder for screenshots and for the downloaded file
// WIDTH     of the window, pixels
// SUBJECT   what the message is called; ATTACHMENT what its file is called
// Prints one JSON object with what was seen.
import { createRequire } from "node:module";
import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { chromium } = createRequire(join(process.env.NODE_PATH, "x.js"))("playwright-core");
const { LINK, OUT, WIDTH, SUBJECT, ATTACHMENT } = process.env;
const PASSWORD = "a short sentence works well";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({
  javaScriptEnabled: false,
  ignoreHTTPSErrors: true,
  acceptDownloads: true,
  viewport: { width: Number(WIDTH), height: 900 },
});
const page = await context.newPage();
page.setDefaultTimeout(15_000);

const seen = { pages: [], foreign: [], scripts: 0, overflow: [] };
const host = new URL(LINK).host;
page.on("request", (request) => {
  const url = new URL(request.url());
  if (url.protocol.startsWith("http") && url.host !== host) seen.foreign.push(request.url());
});

async function look(name) {
  seen.pages.push({ name, title: await page.title(), status: page.lastStatus });
  const html = await page.content();
  seen.scripts += (html.match(/<script|javascript:|\son[a-z]+=/gi) ?? []).length;
  const wide = await page.locator("html").evaluate((it) => it.scrollWidth > it.clientWidth + 1);
  if (wide) seen.overflow.push(name);
  await page.screenshot({ path: join(OUT, `${WIDTH}-${name}.png`), fullPage: true });
}
page.on("response", (response) => {
  if (response.request().isNavigationRequest()) page.lastStatus = response.status();
});

// The link is followed twice, as a scanner of the mail server would: it must still work.
await page.goto(LINK);
await page.goto(LINK);
await look("1-notice");
await page.getByRole("link", { name: /create/i }).or(page.getByRole("button", { name: /create/i })).first().click();
await look("2-register");

// A weak password is refused, and what was typed otherwise is kept.
await page.getByLabel("First name").fill("Bob");
await page.getByLabel("Last name").fill("Baker");
await fillPassword("password123456789");
await page.locator("main button[type=submit]").first().click();
await look("3-register-refused");
seen.kept = await page.getByLabel("First name").inputValue();
await fillPassword(PASSWORD);
await page.locator("main button[type=submit]").first().click();
await look("4-registered");

// The new account is shown its message. Out, and in again by the front door.
await logOut();
await page.goto(new URL("/login", LINK).href);
await logIn("wrong password, long enough");
await look("5-login-refused");
seen.refused = await page.locator("main").innerText();
await logIn(PASSWORD);
await page.goto(new URL("/inbox", LINK).href);
await look("6-inbox");
await page.getByRole("link", { name: new RegExp(escape(SUBJECT)) }).first().click();
await look("7-message");
seen.text = await page.locator("main").innerText();

const [download] = await Promise.all([
  page.waitForEvent("download"),
  page.getByRole("link", { name: new RegExp(escape(ATTACHMENT)) }).first().click(),
]);
await download.saveAs(join(OUT, "download"));
seen.download = { name: download.suggestedFilename(), text: readFileSync(join(OUT, "download"), "utf8") };

await page.getByRole("link", { name: /^reply$/i }).first().click();
await look("8-reply");
await page.locator("textarea[name=body]").fill("Thank you, Alice. The answer is yes.");
writeFileSync(join(OUT, "signed offer.txt"), "signed by Bob\n");
await page.locator("input[type=file]").first().setInputFiles(join(OUT, "signed offer.txt"));
await look("9-reply-written");
await page.getByRole("button", { name: /send/i }).first().click();
await look("10-sent");
seen.after_send = page.url();

await logOut();
await look("11-logged-out");
await page.goto(new URL("/inbox", LINK).href);
seen.after_logout = page.url();
await browser.close();
process.stdout.write(JSON.stringify(seen));

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

async function fillPassword(password) {
  const fields = page.locator("input[type=password]:visible");
  for (let i = 0; i < await fields.count(); i++) await fields.nth(i).fill(password);
}

async function logIn(password) {
  const email = page.locator("input[type=email]:visible, input[name=email]:visible").first();
  if (await email.isEditable()) await email.fill(process.env.ADDRESS);
  await fillPassword(password);
  await page.locator("main button[type=submit]").first().click();
}

async function logOut() {
  const menu = page.locator("[popovertarget]");
  const button = page.getByRole("button", { name: /log out/i });
  if (!(await button.first().isVisible()) && (await menu.count()) > 0) await menu.first().click();
  await button.first().click();
}
