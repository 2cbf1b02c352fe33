// Filters the tree while one types; without this script the form asks the server for the same.
"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const tree = document.querySelector("form.filter ~ .tree");
  // Where the server has filtered already, or there is too much for one page, not all is here.
  const asked = new URLSearchParams(location.search);
  if (!form || !tree || asked.get("q") || asked.get("kind") || "part" in form.dataset) return;
  const language = document.documentElement.lang;
  const [text, kind, told] = [form.elements.namedItem("q"), form.elements.namedItem("kind"), document.getElementById("found")];
  const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const items = [...tree.querySelectorAll("li")].map((item) => ({
    item,
    branch: item.querySelector(":scope > details"),
    names: plain([...item.querySelectorAll(":scope > .row a")].map((link) => link.textContent).join(" ") + " " + (item.dataset.also || "")),
    sorts: item.dataset.is.split(" "),
  }));
  const first = items.filter(({ branch }) => branch && branch.open).map(({ branch }) => branch);
  const filter = () => {
    const words = plain(text.value).split(/\s+/).filter(Boolean);
    const wanted = words.length > 0 || kind.value !== "";
    const shown = new Set(), open = new Set();
    let count = 0;
    for (const { item, names, sorts } of items) {
      const fits = wanted && (!kind.value || sorts.includes(kind.value)) && words.every((word) => names.includes(word));
      item.classList.toggle("match", fits);
      const above = item.parentElement.closest("li");
      if (fits) {
        count += 1;
        for (let up = above; up && !open.has(up); up = up.parentElement.closest("li")) open.add(up), shown.add(up);
      }
      if (fits || (above && above.classList.contains("within"))) shown.add(item);
      item.classList.toggle("within", fits || Boolean(above && above.classList.contains("within")));
    }
    for (const { item, branch } of items) {
      item.hidden = wanted && !shown.has(item);
      if (branch) branch.open = wanted ? open.has(item) : first.includes(branch);
    }
    told.textContent = wanted ? form.dataset.fit.replace("{found}", count.toLocaleString(language)).replace("{all}", items.length.toLocaleString(language)) : "";
  };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); };
  text.addEventListener("input", soon);
  kind.addEventListener("change", soon);
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); filter(); });
})();
