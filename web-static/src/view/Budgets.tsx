import { useDesk, type Store } from "../desk/store";
import { decimal, dollars, share } from "../format";
import { Bar } from "./Bar";
import { Nothing, Panel } from "./Panel";

/** Per cent of a budget from which its bar warns, and from which it is nearly gone. */
const warnFrom = 60;
const badFrom = 85;

export function Budgets({ store }: { store: Store }) {
  const budgets = useDesk(store, (desk) => desk.budgets);
  if (budgets === null) {
    return <Panel title="Budgets" name="budgets"><Nothing>Not told yet.</Nothing></Panel>;
  }
  const { daily_loss: loss, leverage } = budgets;
  return (
    <Panel title="Budgets" name="budgets" aside={`UTC day ${budgets.day}`}>
      <Budget
        title="Daily loss" used={`${dollars(loss.used)} used`} left={`${dollars(loss.left)} left`}
        limit={`of ${dollars(loss.limit)} USD`} filled={share(loss.used, loss.limit)}
      />
      <Budget
        title="Leverage" limit={`of ${decimal(leverage.limit, 0, 2)} ×`}
        used={leverage.used === null ? "unknown: no equity" : `${decimal(leverage.used, 2, 2)} ×`}
        left={`exposure ${dollars(leverage.exposure)} USD`}
        filled={leverage.used === null ? 100 : share(leverage.used, leverage.limit)}
      />
      <dl className="figures">
        <div><dt>Equity</dt><dd data-testid="equity">{dollars(budgets.equity)}</dd></div>
        <div><dt>Highest</dt><dd>{dollars(budgets.equity_high)}</dd></div>
        <div><dt>Cash</dt><dd>{dollars(budgets.cash)}</dd></div>
      </dl>
    </Panel>
  );
}

interface BudgetProps {
  title: string;
  used: string;
  left: string;
  limit: string;
  filled: number;
}

function Budget({ title, used, left, limit, filled }: BudgetProps) {
  const tone = filled >= badFrom ? "bad" : filled >= warnFrom ? "warn" : "plain";
  return (
    <div className="budget">
      <span className="budget-title">{title}</span>
      <span className="budget-used"><b>{used}</b> {limit}</span>
      <Bar filled={filled} label={`${title} used`} tone={tone} />
      <span className="budget-left">{left}</span>
    </div>
  );
}
