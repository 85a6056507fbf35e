"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const worlds = data.worlds;
  const $ = (id) => document.getElementById(id);

  function unpack(text) {
    const raw = atob(text);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    const view = new DataView(bytes.buffer);
    const values = new Float64Array(raw.length / 2);
    for (let i = 0; i < values.length; i++) values[i] = view.getInt16(2 * i, true);
    return values;
  }

  function scaled(packed) {
    return packed.columns.map((text) => unpack(text).map((value) => value * packed.step));
  }

  function ordered(values) {
    return Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  }

  const columns = scaled(data.levels);
  const orders = columns.map(ordered);
  const outcomes = data.outcomes.map((each) => ({ ...each, holds: unpack(each.holds) }));
  const dates = data.dates.map((each) => ({ ...each, level: scaled(each.level)[0] }));
  const boots = unpack(data.boots);
  const sliders = data.sliders.map((each) => ({
    ...each,
    at: each.degrees.findIndex((degree) => degree.asRun),
    logs: each.degrees.map((degree) => (degree.logs ? unpack(degree.logs) : null)),
  }));

  /* weights: the exponential of the sum of the sliders' logs, with mean 1 */
  function weights() {
    const logs = new Float64Array(worlds);
    for (const slider of sliders) {
      const own = slider.logs[slider.at];
      if (!own) continue;
      for (let i = 0; i < worlds; i++) logs[i] += own[i] === -32768 ? -Infinity : own[i] * data.logStep;
    }
    let most = -Infinity;
    for (const log of logs) most = Math.max(most, log);
    if (most === -Infinity) return null;
    let total = 0;
    const found = logs.map((log) => Math.exp(log - most));
    for (const weight of found) total += weight;
    return found.map((weight) => (weight * worlds) / total);
  }

  function effective(w, kept) {
    let sum = 0, squares = 0;
    for (let i = 0; i < worlds; i++) {
      if (kept && !kept(i)) continue;
      sum += w[i];
      squares += w[i] * w[i];
    }
    return squares > 0 ? (sum * sum) / squares : 0;
  }

  function quantile(column, order, w, share) {
    let reached = 0;
    const wanted = share * worlds - 1e-9;
    for (const i of order) {
      reached += w[i];
      if (reached >= wanted) return column[i];
    }
    return column[order[order.length - 1]];
  }

  const Z = 1.959963984540054;
  function wilson(share, trials) {
    const whole = 1 + (Z * Z) / trials;
    const centre = (share + (Z * Z) / (2 * trials)) / whole;
    const half = (Z * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials))) / whole;
    return [Math.max(0, centre - half), Math.min(1, centre + half)];
  }

  /* a weighted share of the worlds that count, with Wilson's interval for as many worlds as its variance is worth */
  function shareOf(holds, w) {
    let sum = 0, hit = 0;
    for (let i = 0; i < worlds; i++) if (holds[i] >= 0) { sum += w[i]; hit += w[i] * holds[i]; }
    if (!(sum > 0)) return null;
    const share = Math.min(1, Math.max(0, hit / sum));
    let variance = 0;
    for (let i = 0; i < worlds; i++) if (holds[i] >= 0) variance += (w[i] / sum) ** 2 * (holds[i] - share) ** 2;
    const trials = variance > 0 && share > 0 && share < 1
      ? (share * (1 - share)) / variance : effective(w, (i) => holds[i] >= 0);
    return [share, ...wilson(share, trials)];
  }

  function meanOf(values, w) {
    let mean = 0;
    for (let i = 0; i < worlds; i++) mean += (w[i] * values[i]) / worlds;
    return mean;
  }

  const alike = (w) => w.every((weight) => weight === w[0]); /* then the numbers are the run's own */

  /* a weighted mean with the interval of a ratio estimate, Student's with the effective number of worlds */
  function meanWithInterval(values, w) {
    const mean = meanOf(values, w);
    let variance = 0;
    for (let i = 0; i < worlds; i++) variance += (w[i] / worlds) ** 2 * (values[i] - mean) ** 2;
    const freedom = Math.max(1, effective(w) - 1);
    const student = Z + (Z ** 3 + Z) / (4 * freedom); /* its quantile, to far within what is shown */
    const half = student * Math.sqrt((variance * (freedom + 1)) / freedom);
    return [mean, Math.max(0, mean - half), mean + half];
  }

  const percent = (share) => {
    if (share > 0 && share < 0.005) return "<1 %";
    if (share >= 0.995 && share < 1) return ">99 %";
    return Math.floor(share * 100 + 0.5) + " %";
  };
  const TO = "\u2060–\u2060"; // no line breaks at the dash of an interval
  const span = (low, high) => Math.floor(low * 100 + 1e-9) + TO + Math.ceil(high * 100 - 1e-9);
  const troops = (number) => Math.floor(number + 0.5).toLocaleString("en-GB");
  const tenths = (share, outwards) => outwards(share * 1000) / 10 + " %";
  const chance = (found) => {
    if (!found) return "–";
    if (found[0] === 0) return "none (under " + tenths(found[2], Math.ceil) + ")";
    if (found[0] === 1) return "all (over " + tenths(found[1], Math.floor) + ")";
    return percent(found[0]) + " (" + span(found[1], found[2]) + ")";
  };
  const around = (found) => {
    const [mean, low, high] = found.map(troops);
    return low === high ? mean + " in all" : mean + " (" + low + TO + high + ")";
  };
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "); // as everywhere; browsers differ
  const dayAfter = (days) => {
    const day = new Date(Date.parse(data.start + "T00:00:00Z") + days * 864e5);
    return day.getUTCDate() + " " + months[day.getUTCMonth()] + " " + day.getUTCFullYear();
  };

  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }

  const same = new Float64Array(worlds).fill(1);
  const bands = [0.05, 0.25, 0.5, 0.75, 0.95];
  const fan = (w) => bands.map((share) => columns.map((column, d) => quantile(column, orders[d], w, share)));
  const asRun = fan(same);
  const times = data.days.map((each) => Date.parse(each + "T00:00:00Z") / 1000);

  function bootsOf(w) {
    const order = ordered(boots.map((value) => (value < 0 ? 1e9 : value)));
    const middle = quantile(boots, order, w, 0.5);
    let never = 0;
    for (let i = 0; i < worlds; i++) if (boots[i] < 0) never += w[i] / worlds;
    return percent(1 - never) + ", median " + (middle < 0 ? "never" : dayAfter(middle));
  }

  const rows = [
    ...outcomes.map((each) => ({
      title: each.title, name: each.name, was: () => chance(each.asRun), now: (w) => chance(shareOf(each.holds, w)),
      raw: (w) => shareOf(each.holds, w),
    })),
    ...dates.map((each) => ({
      title: each.title, name: each.date, was: () => around(each.asRun),
      now: (w) => around(alike(w) ? each.asRun : meanWithInterval(each.level, w)), raw: (w) => meanOf(each.level, w),
    })),
    { title: "First boots", name: "boots", was: () => bootsOf(same), now: bootsOf, raw: bootsOf },
  ];

  let chart = null;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function build() {
    if (chart) chart.destroy();
    const host = $("chart"), width = Math.max(280, host.clientWidth);
    const axis = { stroke: css("--ink"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line") } };
    const line = (label, colour, more) => ({ label, stroke: colour, width: 1, points: { show: false }, ...more });
    const none = "rgba(0,0,0,0)";
    chart = new uPlot({
      width, height: Math.min(420, Math.max(240, width * 0.5)),
      legend: { show: false }, cursor: { drag: { x: false, y: false } },
      scales: { x: { time: true }, y: { range: (u, low, high) => [0, Math.max(1, high * 1.05)] } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      axes: [axis, { ...axis, size: 64, values: (u, ticks) => ticks.map((each) => each.toLocaleString("en-GB")) }],
      series: [
        {}, line("5 %", none), line("25 %", none), line("Median", css("--accent"), { width: 2.5 }),
        line("75 %", none), line("95 %", none), line("As run", css("--ink"), { dash: [6, 4], width: 1.5 }),
        ...data.others.map((each) => line(each.title, css("--faded"), { dash: [2, 3], width: 1.5 })),
      ],
      bands: [{ series: [5, 1], fill: css("--light") }, { series: [4, 2], fill: css("--dark") }],
    }, [times, ...asRun, asRun[2], ...data.others.map((each) => each.median)], host);
  }

  function show() {
    const began = performance.now();
    const w = weights();
    const few = w ? effective(w) : 0;
    const rests = $("rests");
    rests.textContent = "Rests on " + troops(few) + " of " + troops(worlds) + " worlds" +
      (few < data.fewest ? ": too few to say; play it instead." : ".");
    rests.className = document.querySelector("#numbers").className = few < data.fewest ? "few" : "";
    const own = w || same;
    chart.setData([times, ...fan(own), asRun[2], ...data.others.map((each) => each.median)]);
    rows.forEach((row) => { row.cell.textContent = w ? row.now(own) : "–"; });
    for (const slider of sliders) {
      const degree = slider.degrees[slider.at];
      slider.output.textContent = degree.said + (degree.asRun ? " (as run)" : "");
      slider.input.setAttribute("aria-valuetext", slider.output.textContent);
    }
    window.isfPage.took = performance.now() - began;
    window.isfPage.rests = few;
  }

  $("title").textContent = data.title;
  $("subtitle").textContent = data.subtitle;
  sliders.forEach((slider, place) => {
    const box = element("div", undefined, { class: "slider" });
    const label = element("label", slider.title, { for: "slider-" + place, title: slider.path });
    slider.input = element("input", undefined,
      { type: "range", id: "slider-" + place, min: 0, max: slider.degrees.length - 1, step: 1, value: slider.at });
    slider.output = element("output", undefined, { for: "slider-" + place });
    slider.input.addEventListener("input", () => { slider.at = Number(slider.input.value); show(); });
    box.append(label, slider.input, slider.output);
    $("sliders").append(box);
  });
  if (!sliders.length) $("sliders").append(element("p", "No number of this scenario can be weighed by degrees."));
  $("reset").addEventListener("click", () => {
    for (const slider of sliders) {
      slider.at = slider.degrees.findIndex((degree) => degree.asRun);
      slider.input.value = slider.at;
    }
    show();
  });
  ["", "As run", "What if", ...data.others.map((each) => each.title)].forEach((each) =>
    $("columns").append(element("th", each, { scope: "col" })));
  for (const row of rows) {
    const line = element("tr");
    row.cell = element("td", undefined, { class: "now" });
    line.append(element("th", row.title, { scope: "row" }), element("td", row.was()), row.cell);
    for (const other of data.others) {
      const share = other.shares[row.name];
      line.append(element("td", share === undefined ? "" : percent(share)));
    }
    $("rows").append(line);
  }
  window.isfPage = {
    raw: () => Object.fromEntries(rows.map((row) => [row.name, row.raw(weights() || same)])),
    fan: () => fan(weights() || same),
    took: 0,
    rests: worlds,
  };
  build();
  show();
  window.addEventListener("resize", () => { build(); show(); });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { build(); show(); });
})();
