// Looks at a page made by `isf page` as a reader would: opened from a file, with the network off.
//
//   npm install puppeteer-core            (in any folder; it downloads no browser)
//   node look_at_page.mjs PAGE.html CHROMIUM FOLDER-FOR-PICTURES [EXPECTED.json]
//
// It counts requests, dialogs and errors (all must be 0), moves the first slider by keyboard and sees that the fan
// and the numbers move, sees that nothing of a hostile name came to life, and takes pictures in light and dark at 400
// and 1,280 px. EXPECTED.json holds {"degree": k, "numbers": {"t": [share, low, high], …}}, as `isf whatif` gives them.
import puppeteer from "puppeteer-core";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const [page_, chromium, folder, expected] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const page = await browser.newPage();
let requests = 0, dialogs = 0;
const errors = [];
page.on("request", (request) => { if (request.url() !== pathToFileURL(page_).href) requests += 1; });
page.on("dialog", (dialog) => { dialogs += 1; dialog.dismiss(); });
page.on("pageerror", (error) => errors.push(String(error)));
page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
await page.setOfflineMode(true);
await page.setViewport({ width: 1280, height: 900 });
await page.goto(pathToFileURL(page_).href);
await page.waitForSelector(".slider input");

const state = () => page.evaluate(() => ({
  rests: document.getElementById("rests").textContent, few: document.getElementById("rests").className,
  raw: window.isfPage.raw(), fan: JSON.stringify(window.isfPage.fan()), took: window.isfPage.took,
}));
const before = await state();
await page.focus("#slider-0");
await page.keyboard.press("ArrowLeft");
await page.keyboard.press("ArrowLeft");
const moved = await state();
const alive = await page.evaluate(() => document.querySelectorAll("body img, body b, body iframe").length);
const result = {
  requests, dialogs, errors, alive, before: before.rests, moved: moved.rests,
  fanMoved: before.fan !== moved.fan, milliseconds: moved.took,
  value: await page.$eval(".slider output", (each) => each.textContent),
  canvas: await page.$$eval("#chart canvas", (each) => each.length),
  overflow: [],
};
if (expected) {
  const wanted = JSON.parse(readFileSync(expected, "utf8"));
  await page.$eval("#slider-0", (each, degree) => {
    each.value = degree;
    each.dispatchEvent(new Event("input"));
  }, wanted.degree);
  const found = (await state()).raw;
  result.differences = Object.entries(wanted.numbers).map(([name, numbers]) =>
    [name, ...[].concat(numbers).map((number, place) => Math.abs(number - [].concat(found[name])[place]))]);
  result.rests = [wanted.rests, await page.evaluate(() => window.isfPage.rests)];
}
for (const scheme of ["light", "dark"])
  for (const width of [400, 1280]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await new Promise((done) => setTimeout(done, 200));
    result.overflow.push(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth));
    await page.screenshot({ path: `${folder}/page-${scheme}-${width}.png`, fullPage: true });
  }
console.log(JSON.stringify(result, null, 1));
await browser.close();
const failed = result.requests || result.dialogs || result.errors.length || result.alive || !result.fanMoved ||
  result.overflow.some(Boolean) || (result.differences || []).some((each) => Math.max(...each.slice(1)) > 0.5);
process.exit(failed ? 1 : 0);
