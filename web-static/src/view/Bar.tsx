interface Props {
  /** 0 to 100. */
  filled: number;
  tone: "good" | "warn" | "bad" | "plain";
  label: string;
}

/** A horizontal bar. The number always stands beside it: the bar is for the glance. */
export function Bar({ filled, tone, label }: Props) {
  return (
    <div
      className={`bar bar-${tone}`} role="meter" aria-label={label}
      aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(filled)}
    >
      <div className="bar-fill" style={{ width: `${filled}%` }} />
    </div>
  );
}
