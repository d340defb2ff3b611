// A chart as a file, and the buttons that save it.

const WIDTH = 1000; // px

export function config() {
  const save = (format) => ({
    name: `save-${format}`,
    title: `Save as ${format.toUpperCase()}`,
    icon: format === "png" ? Plotly.Icons.camera : Plotly.Icons.disk,
    click: (div) => download(div, format),
  });
  return {
    displaylogo: false,
    modeBarButtons: [[save("png"), save("svg"), "zoomIn2d", "zoomOut2d", "resetScale2d"]],
  };
}

// On the page a chart is transparent; alone, it needs the page's background.
function download(div, format) {
  const background = getComputedStyle(div).getPropertyValue("--st-background-color").trim();
  const layout = { ...div.layout, paper_bgcolor: background, margin: { l: 16, r: 24, t: 16, b: 16 } };
  const height = Math.round((WIDTH * div.clientHeight) / div.clientWidth); // as it is on the page
  const size = { width: WIDTH, height, scale: format === "png" ? 2 : 1 };
  Plotly.downloadImage({ data: div.data, layout }, { format, ...size, filename: `uphill-${div.dataset.chart}` });
}
