// A sender is asked whether a message is to go, and decides, in a real browser whose scripts are off.
//
// LINK      the link of the mail that asks
// OUT       a folder for screenshots
// WIDTH     of the window, pixels
// DECISION  the name of the button
// Prints one JSON object with what was seen.
import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(join(process.env.NODE_PATH, "x.js"))("playwright-core");
const { LINK, OUT, WIDTH, DECISION } = process.env;

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
const seen = { status: [], wide: false };
page.on("response", (response) => {
  if (response.request().isNavigationRequest()) seen.status.push(response.status());
});

async function look(name) {
  seen.wide ||= await page.locator("html").evaluate((it) => it.scrollWidth > it.clientWidth + 1);
  await page.screenshot({ path: join(OUT, `${WIDTH}-sender-${name}.png`), fullPage: true });
  return page.locator("main").innerText();
}

// Looked at twice, as a scanner of the mail server would: it must still ask.
await page.goto(LINK);
await page.goto(LINK);
seen.asked = await look("1-asked");
await page.getByRole("button", { name: DECISION, exact: true }).click();
seen.decided = await look("2-decided");
await page.waitForTimeout(4_000);
await page.goto(LINK);
seen.after = await look("3-after");
await browser.close();
process.stdout.write(JSON.stringify(seen));
