import { useDesk, type Store } from "../desk/store";

/** Which policy and which binary this desk runs, to compare with what was approved. */
export function Hashes({ store }: { store: Store }) {
  const hashes = useDesk(store, (desk) => desk.hashes);
  if (hashes === null) return null;
  return (
    <dl className="hashes">
      <div><dt>Policy</dt><dd title={hashes.policy}>{hashes.policy.slice(0, 16)}</dd></div>
      <div><dt>Binary</dt><dd title={hashes.binary}>{hashes.binary.slice(0, 16)}</dd></div>
    </dl>
  );
}
