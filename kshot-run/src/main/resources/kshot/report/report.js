/* Draws the charts of the report from the page's own data; everything else on the page is plain HTML. */
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("charts").textContent);
  const drawn = new Map(); // place of a chart → {chart, options: theme → its options}

  /* The colours of the style sheet, as they are now: light, dark or on paper. */
  function theme() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue("--" + name).trim();
    return {
      paper: colour("paper"), raised: colour("raised"), ink: colour("ink"), soft: colour("soft"),
      line: colour("line"), early: colour("early"), late: colour("late"), second: colour("second"),
      third: colour("third"), first: colour("first"),
      series: ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"].map(colour),
      font: style.fontFamily,
    };
  }

  const percent = (share, digits = 2) => (share === null ? "–" : (100 * share).toFixed(digits) + "%");

  function magnitude(value) {
    const units = ["", " k", " M", " G", " T"];
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
    return Number(value.toPrecision(3)) + units[unit];
  }

  /* A tooltip as elements: text stays text, whatever an architecture or class is called. */
  function tip(title, lines) {
    const box = document.createElement("div");
    box.className = "tip";
    const head = document.createElement("b");
    head.textContent = title;
    box.append(head, ...lines.map(line => {
      const row = document.createElement("span");
      row.textContent = line;
      return row;
    }));
    return box;
  }

  function base(t) {
    return {
      animation: false,
      textStyle: { fontFamily: t.font, color: t.soft },
      tooltip: {
        confine: true, backgroundColor: t.paper, borderColor: t.line, padding: [8, 12],
        textStyle: { color: t.ink, fontSize: 13, fontFamily: t.font },
      },
    };
  }

  function axis(t, name, more = {}) {
    return {
      type: "value", name, scale: true,
      nameTextStyle: { color: t.soft, fontSize: 12 },
      axisLine: { show: false, lineStyle: { color: t.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: t.line, width: 1 } },
      ...more,
      axisLabel: { color: t.soft, fontSize: 12, hideOverlap: true, ...more.axisLabel },
    };
  }

  const xAxis = (t, name, more = {}) => axis(t, name, {
    nameLocation: "middle", nameGap: 28, scale: false,
    axisLine: { show: true, onZero: false, lineStyle: { color: t.soft } }, splitLine: { show: false }, ...more,
  });

  const yAxis = (t, name, more = {}) => axis(t, name, {
    nameLocation: "end", nameGap: 12, nameTextStyle: { color: t.soft, fontSize: 12, align: "left", padding: [0, 0, 0, -36] },
    ...more,
  });

  /* The mean of a point and its neighbours, a twentieth of the curve at most; fewer at the start, where it is steep. */
  function smooth(values) {
    return values.map((_, i) => {
      const half = Math.min(Math.floor(values.length / 40), i);
      const near = values.slice(i - half, i + half + 1).filter(v => v !== null);
      return near.length ? near.reduce((a, b) => a + b) / near.length : null;
    });
  }

  const points = (curve, values) => curve.epoch.map((x, i) => [x, values[i]]).filter(p => p[1] !== null);

  function line(name, colour, data, grid, more = {}) {
    return {
      type: "line", name, data, xAxisIndex: grid, yAxisIndex: grid, showSymbol: false, symbolSize: 6,
      color: colour, lineStyle: { width: 2, color: colour }, emphasis: { disabled: true }, ...more,
    };
  }

  const faint = { silent: true, tooltip: { show: false }, lineStyle: { width: 1, opacity: 0.3 } };

  /* Charts one above the other over the same epochs: each part is {name, height, more} of a y axis. */
  function stacked(t, height, parts, series) {
    const bottom = 44, gap = 42, left = 56, top = 26;
    const free = height - top - bottom - gap * (parts.length - 1);
    const whole = parts.reduce((sum, part) => sum + part.height, 0);
    let y = top;
    const grids = parts.map(part => {
      const grid = { left, right: 16, top: y, height: free * part.height / whole };
      y += grid.height + gap;
      return grid;
    });
    const last = parts.length - 1;
    return {
      ...base(t),
      axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: t.soft, type: "solid", width: 1 } },
      tooltip: {
        ...base(t).tooltip, trigger: "axis",
        formatter: hits => tip("epoch " + hits[0].axisValue.toFixed(2), [...new Map(hits.map(h => [h.seriesIndex, h])).values()].map(h => {
          const part = parts[h.axisIndex];
          return h.seriesName + ", " + part.name.toLowerCase() + ": " + part.show(h.value[1]);
        })),
      },
      grid: grids,
      xAxis: parts.map((_, i) => xAxis(t, i === last ? "epoch" : "", {
        gridIndex: i, axisLabel: { show: i === last }, axisPointer: { label: { show: false } },
      })),
      yAxis: parts.map((part, i) => yAxis(t, part.name, { gridIndex: i, splitNumber: part.height > 1 ? 4 : 1, ...part.more })),
      series,
    };
  }

  const LOSS = { name: "Loss", height: 3, show: v => v.toFixed(3) };
  const ACCURACY = { name: "Accuracy", height: 3, show: v => percent(v), more: { axisLabel: { formatter: v => Math.round(100 * v) + "%" } } };
  const RATE = { name: "Learning rate", height: 1, show: v => Number(v.toPrecision(3)).toString(), more: { min: 0 } };

  function supernets(t, element) {
    const series = data.supernets.flatMap((curve, i) => [
      line(curve.name, t.series[i], points(curve, curve.loss), 0, faint),
      line(curve.name, t.series[i], points(curve, smooth(curve.loss)), 0),
      line(curve.name, t.series[i], points(curve, curve.learningRate), 1),
    ]);
    return stacked(t, element.clientHeight, [LOSS, RATE], series);
  }

  function retraining(t, element) {
    const [curve] = data.retraining;
    const series = [
      line("training", t.series[0], points(curve, curve.loss), 0, faint),
      line("training", t.series[0], points(curve, smooth(curve.loss)), 0),
      line("validation", t.series[1], points(curve, curve.validationLoss), 0),
      line("training", t.series[0], points(curve, curve.accuracy), 1, faint),
      line("training", t.series[0], points(curve, smooth(curve.accuracy)), 1),
      line("validation", t.series[1], points(curve, curve.validationAccuracy), 1),
      line("training", t.series[0], points(curve, curve.learningRate), 2),
    ].filter(s => s.data.length);
    return stacked(t, element.clientHeight, [LOSS, ACCURACY, RATE], series);
  }

  function compared(t, element) {
    const validated = data.compared.every(curve => curve.validationAccuracy.some(v => v !== null));
    const series = data.compared.map((curve, i) => {
      const values = validated ? curve.validationAccuracy : smooth(curve.accuracy);
      const width = i === 0 ? 3 : 1.5;
      const colour = t.series[i % t.series.length];
      return line(curve.name, colour, points(curve, values), 0, { lineStyle: { width, color: colour }, z: i === 0 ? 3 : 2 });
    });
    return stacked(t, element.clientHeight, [ACCURACY], series);
  }

  function mix(from, to, share) {
    const parse = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
    const [a, b] = [parse(from), parse(to)];
    return "rgb(" + a.map((v, i) => Math.round(v + (b[i] - v) * share)).join(",") + ")";
  }

  function pareto(t) {
    const s = data.search;
    const score = s.score;
    const at = i => [s.flops[i], score[i], i];
    const last = Math.max(...s.generation), first = Math.min(...s.generation);
    const colours = Array.from({ length: last - first + 1 }, (_, g) => mix(t.early, t.late, last > first ? g / (last - first) : 1));
    const known = score.map((v, i) => i).filter(i => score[i] !== null);
    const smallest = Math.min(...s.flops), largest = Math.max(...s.flops);
    const right = Math.max(largest, s.limit ?? 0);
    const margin = (right - smallest) * 0.04 || 1;
    const front = s.front.map(at);
    // Each point as far as the next one, then up: as lines of their own, because a stepped line blurs small steps.
    const steps = front.flatMap(([x, y], i) => {
      const [nextX, nextY] = i + 1 < front.length ? front[i + 1] : [largest, y];
      return [[[x, y], [nextX, y]], [[nextX, y], [nextX, nextY]]];
    }).map(([from, to]) => [{ coord: from, lineStyle: { color: t.ink, width: 1.5, type: "solid" } }, { coord: to }]);
    const limit = s.limit === null ? [] : [{
      xAxis: s.limit, lineStyle: { color: t.soft, width: 1, type: "dashed" },
      label: { show: true, formatter: "limit " + magnitude(s.limit), color: t.soft, fontSize: 12, position: "end", align: "right" },
    }];
    const mark = (name, index, symbol, size, item, position) => index === null ? [] : [{
      type: "scatter", name, data: [at(index)], symbol, symbolSize: size, z: 6, itemStyle: item,
      // Towards the middle: the FLOPs-only pick stands at the limit, and its name would end outside.
      label: { show: true, formatter: name, position, align: at(index)[0] > (smallest + right) / 2 ? "right" : "left", distance: 8, color: t.ink, fontSize: 13, fontWeight: 600, textBorderColor: t.paper, textBorderWidth: 4 },
    }];
    const same = s.winner !== null && s.winner === s.flopsPick;
    return {
      ...base(t),
      tooltip: {
        ...base(t).tooltip, trigger: "item",
        formatter: ({ value }) => {
          const i = value[2];
          return tip(s.arch[i], [
            s.accuracy[i] === null ? s.scoreLabel + " " + score[i].toFixed(3)
              : "accuracy " + percent(s.accuracy[i]) + (s.logLikelihood[i] === null ? "" : ", log-likelihood " + s.logLikelihood[i].toFixed(3)),
            magnitude(s.flops[i]) + "FLOPs, " + magnitude(s.params[i]) + " parameters",
            "λ = (" + s.code[i].map(v => v.toFixed(3)).join(", ") + ")",
            "generation " + s.generation[i],
          ]);
        },
      },
      grid: { left: 56, right: 16, top: 40, bottom: 44 },
      xAxis: xAxis(t, "FLOPs, multiply-adds of one image", {
        scale: true, min: Math.max(0, smallest - margin), max: right + margin,
        axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: magnitude },
      }),
      yAxis: yAxis(t, s.scoreLabel[0].toUpperCase() + s.scoreLabel.slice(1), {
        axisLabel: { formatter: v => (s.byAccuracy ? Number((100 * v).toFixed(1)) + "%" : Number(v.toFixed(2))) },
      }),
      series: [
        {
          type: "scatter", name: "architectures", symbolSize: known.length > 2000 ? 5 : 7, itemStyle: { opacity: 0.75 }, emphasis: { scale: 1.6 },
          data: known.map(i => ({ value: at(i), itemStyle: { color: colours[s.generation[i] - first] } })),
        },
        {
          type: "scatter", name: "Pareto front", data: front, symbolSize: 8, z: 5,
          itemStyle: { color: t.paper, borderColor: t.ink, borderWidth: 1.5, opacity: 1 },
          markLine: { silent: true, symbol: "none", label: { show: false }, data: [...limit, ...steps], z: 4 },
        },
        ...mark(same ? "winner = FLOPs-only pick" : "winner", s.winner, "diamond", 18,
          { color: t.second, borderColor: t.paper, borderWidth: 2, opacity: 1 }, "top"),
        ...(same ? [] : mark("FLOPs-only pick", s.flopsPick, "rect", 13,
          { color: t.third, borderColor: t.paper, borderWidth: 2, opacity: 1 }, "bottom")),
      ],
    };
  }

  function code(k) {
    return t => {
      const { edges, shares } = data.codes;
      const top = Math.max(...shares.flat());
      const steps = shares[k].map((share, i) => [edges[i], share]);
      steps.push([edges[edges.length - 1], shares[k][shares[k].length - 1]]);
      return {
        ...base(t),
        tooltip: {
          ...base(t).tooltip, trigger: "axis", axisPointer: { lineStyle: { color: t.soft, type: "solid" } },
          formatter: ([{ dataIndex }]) => {
            const i = Math.min(dataIndex, shares[k].length - 1);
            return tip("λ" + (k + 1) + " from " + edges[i].toFixed(3) + " to " + edges[i + 1].toFixed(3),
              [percent(shares[k][i], 1) + " of the architectures"]);
          },
        },
        grid: { left: 34, right: 8, top: 10, bottom: 22 },
        xAxis: xAxis(t, "", { max: edges[edges.length - 1], splitNumber: 4 }),
        yAxis: yAxis(t, "", { min: 0, max: top * 1.05, splitNumber: 2, axisLabel: { fontSize: 11, showMaxLabel: false, formatter: v => Math.round(100 * v) + "%" } }),
        series: [{
          type: "line", step: "end", data: steps, showSymbol: false, symbolSize: 1, emphasis: { disabled: true },
          lineStyle: { color: t.first, width: 1 }, areaStyle: { color: t.first, opacity: 0.55 }, color: t.first,
          markLine: {
            silent: true, symbol: "none", label: { show: false }, data: [{ xAxis: 1 / data.codes.k }],
            lineStyle: { color: t.ink, type: "dashed", width: 1 },
          },
        }],
      };
    };
  }

  function draw(id, options, renderer = "svg") {
    const element = document.getElementById("chart-" + id);
    if (element === null) return;
    const chart = echarts.init(element, null, { renderer });
    drawn.set(element, { chart, options });
    chart.setOption(options(theme(), element));
  }

  function redraw(width) {
    const colours = theme();
    for (const [element, { chart, options }] of drawn) {
      chart.resize({ width: width === undefined ? "auto" : Math.min(width, element.clientWidth) });
      chart.setOption(options(colours, element), { notMerge: true });
    }
  }

  draw("supernets", supernets);
  draw("retraining", retraining);
  draw("compared", compared);
  draw("pareto", pareto, "canvas"); // thousands of points: SVG elements would be slow
  if (data.codes !== null) data.codes.shares.forEach((_, k) => draw("code-" + k, code(k)));

  const sizes = new ResizeObserver(entries => entries.forEach(({ target }) => drawn.get(target).chart.resize()));
  drawn.forEach((_, element) => sizes.observe(element));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());

  /* Paper is white and about 680 pixels wide. */
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.theme = "light";
    document.querySelectorAll("details").forEach(d => { d.open = true; });
    redraw(680);
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.theme;
    redraw();
  });
})();
