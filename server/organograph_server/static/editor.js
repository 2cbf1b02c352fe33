// Opens YASGUI in the place of the plain form, on demand, and takes the query along both ways; without this script the form is all there is.
"use strict";
(() => {
  const place = document.getElementById("editor"), form = document.getElementById("ask");
  if (!place || !form) return;
  const { script, style, look, open, close, another, failed, filter, rows } = place.dataset;
  const endpoint = new URL(place.dataset.endpoint, location).href;
  const query = form.elements.namedItem("query");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = open;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "editor");
  const bar = document.createElement("p");
  bar.className = "controls";
  const more = document.createElement("button");
  Object.assign(more, { type: "button", className: "quiet", textContent: another, hidden: true });
  bar.append(button, more);
  form.before(bar);

  const arrived = (tag, fields) => new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(tag), fields, { onload: resolve, onerror: reject });
    document.head.append(made);
  });

  // Classes and properties are completed from the data themselves, asked for once.
  const asked = (what) => async () => {
    const text = `SELECT DISTINCT ?term WHERE { { ${what} } UNION { GRAPH ?g { ${what} } } } ORDER BY ?term`;
    const answer = await fetch(`${endpoint}?query=${encodeURIComponent(text)}`, { headers: { Accept: "application/sparql-results+json" } });
    return answer.ok ? (await answer.json()).results.bindings.map(({ term }) => term.value) : [];
  };
  const completing = ({ Yasqe }) => {
    for (const [name, what] of [["class", "?s a ?term"], ["property", "?s ?term ?o"]]) {
      const own = `own-${name}`;
      Yasqe.forkAutocompleter(name, { name: own, bulk: true, persistenceId: null, get: asked(what) }, false);
    }
    Yasqe.defaults.autocompleters = ["prefixes", "variables", "own-class", "own-property"];
  };

  // What YASGUI leaves without a name, or gives a role that it does not fill.
  const named = () => {
    for (const [selector, name] of [
      [".CodeMirror textarea", query.labels[0].textContent], [".tableFilter", filter], [".tableSizer", rows],
    ]) {
      for (const each of place.querySelectorAll(`${selector}:not([aria-label])`)) {
        each.setAttribute("aria-label", name);
        each.lang = document.documentElement.lang;
      }
    }
    // Tab leads on through the page, as everywhere; indenting is not worth a trap for who has no mouse (WCAG 2.2, 2.1.2).
    for (const each of place.querySelectorAll(".CodeMirror:not([data-leads-on])")) {
      each.dataset.leadsOn = "";
      each.CodeMirror.addKeyMap({ Tab: false, "Shift-Tab": false });
    }
    for (const head of place.querySelectorAll("thead .dt-column-title:empty")) head.textContent = "#";
  };

  let yasgui = null;
  const opened = async () => {
    if (!yasgui) {
      await Promise.all([arrived("link", { rel: "stylesheet", href: style }), arrived("script", { src: script })]);
      await arrived("link", { rel: "stylesheet", href: look });
      completing(Yasgui);
      // Its own words are English on every page.
      place.lang = "en";
      yasgui = new Yasgui(place, {
        requestConfig: { endpoint, method: "POST" },
        copyEndpointOnNewTab: true, populateFromUrl: false, persistenceId: null, autofocus: false,
        endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [], renderItem: () => undefined },
      });
      new MutationObserver(named).observe(place, { childList: true, subtree: true });
      named();
    }
    yasgui.getTab().setQuery(query.value);
    yasgui.getTab().getYasqe().refresh();
  };
  more.addEventListener("click", () => { yasgui.addTab(true); });
  for (const saved of document.querySelectorAll(".menu a[href*='query=']")) {
    saved.addEventListener("click", (event) => {
      if (place.hidden || !yasgui) return;
      event.preventDefault();
      yasgui.getTab().setQuery(new URL(saved.href).searchParams.get("query"));
    });
  }
  button.addEventListener("click", async () => {
    const isOpen = form.hidden;
    button.disabled = true;
    try {
      if (isOpen) query.value = yasgui.getTab().getQuery();
      place.hidden = isOpen;
      form.hidden = !isOpen;
      if (!isOpen) await opened();
      button.textContent = isOpen ? open : close;
      more.hidden = isOpen;
      button.setAttribute("aria-expanded", String(!isOpen));
    } catch {
      place.hidden = true;
      form.hidden = false;
      button.textContent = failed;
    }
    button.disabled = false;
    button.focus();
  });
})();
