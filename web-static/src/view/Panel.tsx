import { useId, type ReactNode } from "react";

interface Props {
  title: string;
  name: string;
  /** Stands at the right end of the title's line. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One instrument: a titled region. */
export function Panel({ title, name, aside, children }: Props) {
  const id = useId();
  return (
    <section className={`panel panel-${name}`} aria-labelledby={id} data-testid={`panel-${name}`}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div className="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** What an instrument shows before the server has told it anything, or when there is nothing. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className="nothing">{children}</p>;
}
