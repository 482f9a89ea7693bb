import type { Position } from "../contract/desk";
import { useDesk, type Store } from "../desk/store";
import { dollars, isNegative, price, quantity } from "../format";
import { Nothing, Panel } from "./Panel";

export function Positions({ store }: { store: Store }) {
  const positions = useDesk(store, (desk) => desk.positions);
  const open = positions?.filter(({ quantity }) => /[1-9]/.test(quantity)).length ?? 0;
  const aside = positions === null ? undefined : open === 0 ? "flat" : `${open} open`;
  return (
    <Panel title="Positions" name="positions" aside={aside}>
      {positions === null || positions.length === 0 ? (
        <Nothing>{positions === null ? "Not told yet." : "The policy lists no symbol."}</Nothing>
      ) : (
        <div className="scroll"><table>
          <thead>
            <tr>
              <th scope="col">Symbol</th>
              <th scope="col" className="number">Amount</th>
              <th scope="col" className="number">Entry</th>
              <th scope="col" className="number">Mark</th>
              <th scope="col" className="number">Worth</th>
              <th scope="col" className="number">Gain</th>
            </tr>
          </thead>
          <tbody>{positions.map((one) => <Row key={one.symbol} position={one} />)}</tbody>
        </table></div>
      )}
    </Panel>
  );
}

function Row({ position }: { position: Position }) {
  const isFlat = !/[1-9]/.test(position.quantity);
  const gain = signed(position.unrealised);
  const tone = gain.startsWith("+") ? "number gain" : /[1-9]/.test(gain) ? "number loss" : "number";
  const mark = position.market_time === null ? "no price" : price(position.mark);
  return (
    <tr className={isFlat ? "is-flat" : undefined}>
      <th scope="row">{position.symbol}</th>
      <td className="number">{isFlat ? "flat" : quantity(position.quantity)}</td>
      <td className="number">{isFlat ? "" : price(position.entry_price)}</td>
      <td className="number">{mark}</td>
      <td className="number">{isFlat ? "" : dollars(position.notional)}</td>
      <td className={tone}>{isFlat ? "" : gain}</td>
    </tr>
  );
}

function signed(amount: string): string {
  const text = dollars(amount);
  return isNegative(amount) || !/[1-9]/.test(text) ? text : `+${text}`;
}
