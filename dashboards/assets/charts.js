// Draws each figure from the numbers written beside it. Shows what is published; computes nothing.
(() => {
  const LABEL_EVERY = 3; // weeks between labels of the axis, counted back from the newest
  const options = {
    mode: "vega-lite", logLevel: 1, renderer: "svg", actions: false, ast: false,
    config: window.cxCharts.config,
    formatLocale: window.cxCharts.numbers, timeFormatLocale: window.cxCharts.times,
    tooltip: { theme: "cx" },
  };
  const draw = async (figure) => {
    const place = figure.querySelector(".plot");
    const rows = JSON.parse(figure.querySelector("script").textContent);
    const spec = structuredClone(window.cxCharts.specs[figure.dataset.chart]);
    const ticks = rows.map((row) => row.tick);
    spec.data.values = rows;
    // Layers hold parts of the rows; without its own domain the axis would put the weeks out of order.
    spec.encoding.x.scale.domain = ticks;
    spec.encoding.x.axis = { values: ticks.filter((_, at) => (ticks.length - 1 - at) % LABEL_EVERY === 0) };
    await window.vegaEmbed(place, spec, options);
    // The table under the picture holds the same numbers: a reader of screens needs the picture's name alone.
    const svg = place.querySelector("svg");
    svg.setAttribute("aria-hidden", "true");
    svg.removeAttribute("role");
    svg.querySelectorAll("[role], [aria-roledescription]").forEach((node) => {
      ["role", "aria-roledescription", "aria-label"].forEach((name) => node.removeAttribute(name));
    });
  };
  document.querySelectorAll("figure[data-chart]").forEach((figure) => draw(figure));
})();
