/** What stands around every page: the rail with the threads, the way to everything else, and what is true of the whole server. */
import { Menu as MenuIcon } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { setPreferences, usePreferences } from "../data/preferences.ts";
import { useWords } from "../i18n/words.tsx";
import { Rail } from "./rail.tsx";
import "./scroll.ts";
import { useActions } from "./shortcuts.ts";

const Palette = lazy(() => import("./palette.tsx"));
const KeysHelp = lazy(() => import("./keys-help.tsx"));

type Over = "palette" | "keys" | null;

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const [over, setOver] = useState<Over>(null);
  const [drawer, setDrawer] = useState(false);
  const { railCollapsed } = usePreferences();
  const main = useFocusOnArrival(() => setDrawer(false));
  useClosedByEscape(drawer, setDrawer);
  useGlobalActions(setOver);
  return (
    <div className="shell" data-collapsed={railCollapsed}>
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <header className="topbar">
        <button
          type="button"
          className="button quiet icon"
          aria-expanded={drawer}
          aria-label={t("shell.menu")}
          onClick={() => setDrawer(!drawer)}
        >
          <MenuIcon aria-hidden="true" />
        </button>
        <strong>OrchestrateX</strong>
      </header>
      <Rail open={drawer} onPalette={() => setOver("palette")} onKeys={() => setOver("keys")} />
      {drawer && (
        <button type="button" className="scrim" tabIndex={-1} aria-hidden="true" onClick={() => setDrawer(false)} />
      )}
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <Suspense fallback={null}>
        {over === "palette" && <Palette onClose={() => setOver(null)} />}
        {over === "keys" && <KeysHelp onClose={() => setOver(null)} />}
      </Suspense>
    </div>
  );
}

/** Wherever the focus is: it stays on the button that opened the drawer. */
function useClosedByEscape(open: boolean, setOpen: (open: boolean) => void): void {
  useEffect(() => {
    if (!open) return;
    const close = ({ key }: KeyboardEvent) => key === "Escape" && setOpen(false);
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [open, setOpen]);
}

/** A new page is read from its start; one gone back to, and the first one, are the browser's own business. */
function useFocusOnArrival(onArrival: () => void) {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const seen = useRef(location);
  const back = useRef(false);
  useEffect(() => {
    const remember = () => {
      back.current = true;
    };
    addEventListener("popstate", remember);
    return () => removeEventListener("popstate", remember);
  }, []);
  useEffect(() => {
    if (seen.current === location) return;
    seen.current = location;
    onArrival();
    if (!back.current) scrollTo(0, 0);
    back.current = false;
    main.current?.focus({ preventScroll: true });
  }, [location, onArrival]);
  return main;
}

function useGlobalActions(setOver: (over: Over) => void): void {
  const { t } = useWords();
  const [, go] = useLocation();
  useActions(
    useMemo(
      () => [
        { label: t("shell.new"), keys: ["n"], run: () => go("/") },
        { label: t("shell.search"), keys: ["/"], run: () => go("/history", { state: { search: true } }) },
        { label: t("library.title"), keys: ["l"], run: () => go("/library") },
        { label: t("shell.models"), keys: [], run: () => go("/models") },
        { label: t("shell.settings"), keys: [], run: () => go("/settings") },
        { label: t("shell.keys"), keys: ["?"], run: () => setOver("keys") },
        { label: t("shell.dark"), keys: [], run: () => setPreferences({ theme: "dark" }) },
        { label: t("shell.light"), keys: [], run: () => setPreferences({ theme: "light" }) },
      ],
      [t, go, setOver],
    ),
  );
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOver("palette");
    };
    addEventListener("keydown", open);
    return () => removeEventListener("keydown", open);
  }, [setOver]);
}
