import type { Order } from "../contract/desk";
import { useDesk, type Store } from "../desk/store";
import { price, quantity, tail } from "../format";
import { Nothing, Panel } from "./Panel";

export function Orders({ store }: { store: Store }) {
  const orders = useDesk(store, (desk) => desk.orders);
  return (
    <Panel title="Working orders" name="orders" aside={orders === null ? undefined : orders.length}>
      {orders === null || orders.length === 0 ? (
        <Nothing>{orders === null ? "Not told yet." : "No order can fill now."}</Nothing>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">Symbol</th>
                <th scope="col">Side</th>
                <th scope="col" className="number">Filled of</th>
                <th scope="col" className="number">Price</th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>{orders.map((one) => <Row key={one.id} order={one} />)}</tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Row({ order }: { order: Order }) {
  const state = order.withdrawn ? "cancelling" : order.state;
  return (
    <tr>
      <th scope="row" title={`${order.id}, phase P${order.phase}`}>{tail(order.id)}</th>
      <td>{order.symbol}</td>
      <td className={`side-${order.side.toLowerCase()}`}>{order.side}</td>
      <td className="number">{quantity(order.filled)} of {quantity(order.quantity)}</td>
      <td className="number">{price(order.price)}</td>
      <td
        className={state === "unknown" ? "state-unknown" : undefined}
        title={state === "unknown" ? "Only the venue can tell" : undefined}
      >
        {state}
        {order.reduce_only && <small> reduces</small>}
      </td>
    </tr>
  );
}
