/** Tabs: the active one is the caller's to keep, so that a key or the address can choose it. */
import * as Radix from "@radix-ui/react-tabs";
import type { ReactNode } from "react";

export type Tab = { id: string; label: ReactNode; content: () => ReactNode };

type Props = { tabs: readonly Tab[]; active: string; onChange: (id: string) => void; label: string };

/** Only the active tab's content is made. */
export function Tabs({ tabs, active, onChange, label }: Props) {
  return (
    <Radix.Root value={active} onValueChange={onChange}>
      <Radix.List className="tabs" aria-label={label}>
        {tabs.map(({ id, label: name }) => (
          <Radix.Trigger key={id} value={id}>
            {name}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ id, content }) => (
        <Radix.Content key={id} value={id} className="tab-content">
          {id === active && content()}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
