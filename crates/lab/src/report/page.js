// Without this script the page says the same: tables keep their order, and values are the browser's own tooltips.

// A table's heading sorts by its column: by the first number of a field where fields have one, else by the alphabet.
for (const table of document.querySelectorAll(".sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, k) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    const text = (row) => row.cells[k].textContent.trim();
    const number = (row) => parseFloat((text(row).replaceAll("−", "-").match(/^(?:at least |less than )?([+-]?[\d.]+)/) ?? [])[1]);
    button.onclick = () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const order = (a, b) => {
        const [x, y] = [number(a), number(b)];
        // What is no number comes after the numbers.
        if (Number.isFinite(x) !== Number.isFinite(y)) return Number.isFinite(x) ? -1 : 1;
        return (x - y || text(a).localeCompare(text(b))) * (up ? 1 : -1);
      };
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort(order));
    };
  });
}

// Pointing at a chart, or touching it, shows the values at once.
const tip = document.body.appendChild(document.createElement("div"));
tip.id = "tip";
tip.hidden = true;
for (const strip of document.querySelectorAll(".values rect")) {
  const title = strip.querySelector("title");
  const text = title.textContent;
  title.remove();
  const show = (event) => {
    tip.textContent = text;
    tip.hidden = false;
    const [x, y] = [event.clientX, event.clientY];
    tip.style.left = `${Math.max(4, x + 16 + tip.offsetWidth > innerWidth ? x - tip.offsetWidth - 16 : x + 16)}px`;
    tip.style.top = `${Math.max(4, Math.min(y, innerHeight - tip.offsetHeight - 8))}px`;
  };
  strip.addEventListener("pointermove", show);
  strip.addEventListener("pointerdown", show);
  strip.addEventListener("pointerleave", () => { tip.hidden = true; });
}
