/** Runs before the first paint, so that a chosen theme or language does not flash in. */
try {
  const { theme, language } = JSON.parse(localStorage.getItem("orchestratex.preferences") ?? "{}");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (typeof language === "string") document.documentElement.lang = language;
} catch {
  // Storage may be forbidden: then the system's theme and the browser's language hold.
}
