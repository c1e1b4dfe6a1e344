import type { Usage } from '@specwright/protocol/usage.ts';
import type { Price } from '../../configuration/tool-configuration.ts';
import { costOf, type TokenCount } from '../prices.ts';
import type { WireTokens } from './wire.ts';

export interface CostBasis {
  /** A price from the configuration wins over what the agent says; one from the table fills in where it says nothing. */
  own: Price | null;
  table: Price | 'plan' | null;
  /** What the session had cost when this task began, in US dollars; null: not known. */
  before: number | null;
}

/** The usage of one task, from the little that agents of this protocol tell: each turn's tokens, or those at the end, or none. */
export class AcpUsage {
  readonly #basis: CostBasis;
  readonly #turns: TokenCount = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  #told = false;
  #toldByTurn = false;
  #steps = 0;
  #dollars: number | null = null;

  constructor(basis: CostBasis) {
    this.#basis = basis;
  }

  step(): void {
    this.#steps++;
  }

  turn(tokens: WireTokens): void {
    this.#toldByTurn = true;
    this.#add(tokens);
  }

  /** What the prompt's answer says counts only where no turn was told: it is the sum with some agents, the last turn with others. */
  end(tokens: WireTokens): void {
    if (!this.#toldByTurn) this.#add(tokens);
  }

  #add(tokens: WireTokens): void {
    const count = countOf(tokens);
    this.#told = true;
    for (const name of Object.keys(count) as (keyof TokenCount)[]) this.#turns[name] += count[name];
  }

  /** The session's cost so far. Other currencies are not converted. */
  cost(amount: number, currency: string): void {
    this.#dollars = currency === 'USD' ? amount : null;
  }

  /** Of the whole session, for the next task in it; null: not known. */
  get sessionDollars(): number | null {
    return this.#dollars;
  }

  get usage(): Usage {
    const { input, output, cacheRead, cacheWrite } = this.#turns;
    return {
      inputTokens: input + cacheWrite,
      outputTokens: output,
      cachedTokens: cacheRead,
      steps: this.#steps,
      costMicros: this.#costMicros(),
    };
  }

  #costMicros(): number | null {
    const { own, table, before } = this.#basis;
    if (own !== null) return this.#told ? Math.round(costOf(this.#turns, own)) : null;
    if (table === 'plan') return null;
    if (this.#dollars !== null) return before === null ? null : Math.max(0, Math.round((this.#dollars - before) * 1_000_000));
    return table !== null && this.#told ? Math.round(costOf(this.#turns, table)) : null;
  }
}

/** Some count cached and thought tokens within the others, some beside them: the total tells. */
function countOf(tokens: WireTokens): TokenCount {
  const cacheRead = tokens.cachedReadTokens ?? 0;
  const cacheWrite = tokens.cachedWriteTokens ?? 0;
  const thought = tokens.thoughtTokens ?? 0;
  const { inputTokens, outputTokens } = tokens;
  const total = tokens.totalTokens ?? inputTokens + outputTokens + cacheRead + cacheWrite + thought;
  const cachedWithin = total < inputTokens + outputTokens + cacheRead + cacheWrite;
  const thoughtWithin = total < inputTokens + outputTokens + thought + (cachedWithin ? 0 : cacheRead + cacheWrite);
  return {
    input: cachedWithin ? Math.max(0, inputTokens - cacheRead - cacheWrite) : inputTokens,
    output: thoughtWithin ? outputTokens : outputTokens + thought,
    cacheRead,
    cacheWrite,
  };
}
