// Draws the page's charts from their options, completed by the settings that all charts share.
(function () {
  'use strict';

  // Wong (2011): safe for colour-blind readers.
  const COLORS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8C6D31', '#4D4D4D'];
  // Shapes of points whose colour an earlier series has.
  const SYMBOLS = ['circle', 'diamond', 'triangle'];
  const INK = '#1d2530', SOFT = '#5b6675', LINE = '#dfe3e8';
  const MAX_BAR_WIDTH = 40;
  const SHADES = ['#f6f7f9', '#c6dbef', '#6baed6', '#2171b5', '#08306b'];

  // An axis of whole numbers.
  const WHOLE = { minInterval: 1, boundaryGap: [0, 0] };

  function format(value) {
    if (Array.isArray(value)) {
      return value.map(format).join(', ');
    }
    if (typeof value !== 'number') {
      return value === 'NaN' || value == null ? '\u2013' : String(value);
    }
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  }

  function axis(own, horizontal, second) {
    const numbers = own.type !== 'category';
    const label = Object.assign({ color: SOFT, hideOverlap: true }, own.axisLabel);
    if (numbers) {
      label.formatter = format;
    }
    return Object.assign({
      nameLocation: 'middle',
      nameGap: 6,
      boundaryGap: numbers ? ['2%', '2%'] : true,
      nameTextStyle: { color: INK },
      axisLine: { show: !numbers || horizontal, lineStyle: { color: SOFT } },
      splitLine: { show: numbers && !second, lineStyle: { color: LINE } },
    }, own, { axisLabel: label });
  }

  /** Whether the horizontal axis has whole numbers only, such as epochs. */
  function isWhole(option) {
    return option.series.every((one) => one.type === 'line'
      && one.data.every((point) => Number.isInteger(point.value[0])));
  }

  function axes(own, horizontal) {
    return [].concat(own).map((one, index) => axis(one, horizontal, index > 0));
  }

  function errorBar(about) {
    return function (params, api) {
      const low = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)]);
      const bar = api.barLayout({ count: about.among, barGap: '10%', barCategoryGap: '30%',
        barMaxWidth: MAX_BAR_WIDTH })[about.of];
      const cap = Math.min(6, bar.width / 3);
      const line = (from, to, offsetFrom, offsetTo) => ({
        type: 'line',
        shape: { x1: from[0] + bar.offsetCenter + offsetFrom, y1: from[1],
          x2: to[0] + bar.offsetCenter + offsetTo, y2: to[1] },
        style: { stroke: INK, lineWidth: 1.25 },
      });
      return { type: 'group', children: [line(low, high, 0, 0), line(low, low, -cap, cap),
        line(high, high, -cap, cap)] };
    };
  }

  function series(own, index) {
    if (own.errorBars) {
      const drawn = Object.assign({}, own, { renderItem: errorBar(own.errorBars), z: 10, tooltip: { show: false } });
      delete drawn.errorBars;
      return drawn;
    }
    return Object.assign({
      line: { symbol: index % 2 ? 'emptyCircle' : 'circle', symbolSize: own.data.length > 60 ? 0 : 5,
        showAllSymbol: true, lineStyle: { width: 2, type: own.yAxisIndex ? 'dashed' : 'solid' } },
      scatter: { symbol: SYMBOLS[Math.floor(index / COLORS.length) % SYMBOLS.length], symbolSize: 9,
        labelLayout: { hideOverlap: true } },
      bar: { barGap: '10%', barCategoryGap: '30%', barMaxWidth: MAX_BAR_WIDTH },
      heatmap: { itemStyle: { borderColor: '#fff', borderWidth: own.data.length > 900 ? 0 : 1 } },
    }[own.type], own, own.type === 'scatter' ? { data: own.data.map(labelled) } : {},
    own.type === 'heatmap' ? { label: Object.assign({ formatter: (cell) => format(cell.value[2]) }, own.label) } : {});
  }

  function labelled(point) {
    return point.label ? Object.assign({}, point,
      { label: { show: true, formatter: '{b}', position: 'top', color: SOFT } }) : point;
  }

  /** The tooltip of a point or cell, as nodes, so that names are text and never markup. */
  function describe(option) {
    return function (item) {
      const of = (axis, value) => (axis.data ? axis.data[value] : format(value));
      const x = [].concat(option.xAxis)[0], y = [].concat(option.yAxis)[option.series[item.seriesIndex].yAxisIndex || 0];
      const lines = [item.seriesName, item.data.name, x.name + ': ' + of(x, item.value[0]),
        y.name + ': ' + of(y, item.value[1])].concat(item.value.length > 2 ? format(item.value[2]) : []);
      const box = document.createElement('div');
      lines.filter(Boolean).forEach(function (line) {
        box.appendChild(document.createElement('div')).textContent = line;
      });
      return box;
    };
  }

  function complete(option) {
    const names = new Set(option.series.map((one) => one.name));
    const tooltip = Object.assign({ confine: true, valueFormatter: format }, option.tooltip);
    if (tooltip.trigger === 'item') {
      tooltip.formatter = describe(option);
    }
    const map = option.visualMap && Object.assign({ inRange: { color: SHADES } }, option.visualMap);
    return {
      animation: false,
      color: COLORS,
      textStyle: { fontFamily: 'system-ui, sans-serif', color: INK },
      legend: { show: names.size > 1, type: 'scroll', top: 0, left: 0, itemGap: 16 },
      grid: { top: names.size > 1 ? 40 : 16, left: 8, right: 16, bottom: 8 },
      tooltip: tooltip,
      visualMap: map || undefined,
      xAxis: axes(option.xAxis, true).map((one) => (isWhole(option) ? Object.assign(one, WHOLE) : one)),
      yAxis: axes(option.yAxis, false),
      series: option.series.map(series),
    };
  }

  document.querySelectorAll('figure.chart').forEach(function (figure) {
    const plot = figure.querySelector('.plot');
    const chart = echarts.init(plot, null, { renderer: 'svg' });
    chart.setOption(complete(JSON.parse(figure.querySelector('script').textContent)));
    new ResizeObserver(() => chart.resize()).observe(plot);
    window.addEventListener('beforeprint', () => chart.resize());
  });
})();
