/** A button that opens a list of actions: the browser's popover, placed beside its button; arrow keys go through it. */
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

type Props = { label: ReactNode; name?: string; className?: string; disabled?: boolean; children: ReactNode };

/** `children`: buttons and links with `role="menuitem"`. `name` is what a screen reader says of the button, where its label is a picture. */
export function Menu({ label, name, className = "button", disabled = false, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const place = () => {
    const [at, own] = [button.current?.getBoundingClientRect(), list.current];
    if (!at || !own) return;
    const { offsetWidth: width, offsetHeight: height } = own;
    const below = at.bottom + 4 + height <= innerHeight || at.top < height;
    own.style.top = `${below ? at.bottom + 2 : at.top - height - 6}px`;
    own.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    own.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        disabled={disabled}
        aria-haspopup="menu"
        aria-label={name}
        popoverTarget={id}
      >
        {label}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        className="menu"
        tabIndex={-1}
        aria-label={name}
        onToggle={({ newState }) => (newState === "open" ? place() : undefined)}
        onClick={() => list.current?.hidePopover()}
        onKeyDown={(event) => step(event, list.current)}
      >
        {children}
      </div>
    </>
  );
}

function step(event: KeyboardEvent, list: HTMLElement | null): void {
  const items = [...(list?.querySelectorAll<HTMLElement>("[role=menuitem]:not(:disabled)") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || items.length === 0) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
