// A password is forgotten, in a real browser whose scripts are off. In two parts, with the mail between.
//
// PORTAL    where the portal is
// LINK      the link of the mail; empty before there is one
// ADDRESS   of the account
// PASSWORD  the new one
// OUT       a folder for screenshots
// WIDTH     of the window, pixels
// Prints one JSON object with what was seen.
import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(join(process.env.NODE_PATH, "x.js"))("playwright-core");
const { PORTAL, LINK, ADDRESS, PASSWORD, OUT, WIDTH } = process.env;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({
  javaScriptEnabled: false,
  ignoreHTTPSErrors: true,
  viewport: { width: Number(WIDTH), height: 800 },
});
const page = await context.newPage();
page.setDefaultTimeout(15_000);
const seen = { wide: false };

async function look(name) {
  seen.wide ||= await page.locator("html").evaluate((it) => it.scrollWidth > it.clientWidth + 1);
  await page.screenshot({ path: join(OUT, `${WIDTH}-forgotten-${name}.png`), fullPage: true });
  return page.locator("main").innerText();
}

if (!LINK) {
  await page.goto(`${PORTAL}/login`);
  await page.getByText(/forgotten your password|forgot your password/i).first().click();
  await page.goto(`${PORTAL}/forgot`);
  await look("1-ask");
  await page.getByLabel("Email address").fill(ADDRESS);
  await page.getByRole("button", { name: "Send me a link" }).click();
  seen.asked = await look("2-asked");
} else {
  // Looked at twice, as a scanner of the mail server would: it must still work.
  await page.goto(LINK);
  await page.goto(LINK);
  await look("3-choose");
  for (const field of await page.locator("input[type=password]:visible").all()) {
    await field.fill(PASSWORD);
  }
  await page.getByRole("button", { name: "Save the new password" }).click();
  seen.changed = await look("4-changed");
  await page.getByLabel(/email/i).first().fill(ADDRESS);
  await page.locator("input[type=password]:visible").fill(PASSWORD);
  await page.locator("main button[type=submit]").first().click();
  seen.at = new URL(page.url()).pathname;
}
await browser.close();
process.stdout.write(JSON.stringify(seen));
