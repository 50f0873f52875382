"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const columns = [...body.rows[0].cells].map(() => null);
  const taken = [];
  [...table.tHead.rows].forEach((row, y) => {
    let x = 0;
    for (const head of row.cells) {
      while (taken[y]?.[x]) x += 1;
      for (let dy = 0; dy < head.rowSpan; dy += 1) {
        taken[y + dy] ??= [];
        for (let dx = 0; dx < head.colSpan; dx += 1) taken[y + dy][x + dx] = true;
      }
      if (head.scope === "col") columns[x] = head;
      x += head.colSpan;
    }
  });
  columns.forEach((head, at) => {
    if (!head) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      columns.forEach((other) => other?.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[at].dataset.v;
      const compare = (a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x !== undefined && y !== undefined) return down ? y - x : x - y;
        if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1;
        const order = a.cells[at].textContent.localeCompare(b.cells[at].textContent);
        return down ? -order : order;
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}
