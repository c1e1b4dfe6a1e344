import { newsOf, type RunNews } from '@specwright/protocol/run-news.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

interface Source {
  state(): RunState | null;
  send(news: RunNews): Promise<void>;
}

/** To be heard takes at most this part of the time between two words: a dispatch with much to hear is told less often. */
const SHARE = 10;
const SLOWEST = 5;

/**
 * Tells the organisation's dispatch what becomes of the run: at once, then at most once in `everyMs`, or in five times that while dispatch is slow,
 * and only when it reads differently. Word that was lost is mended by the next one; the end travels by the outbox.
 */
export class News {
  private readonly source: Source;
  private readonly everyMs: number;
  private pauseMs: number;
  private said = '';
  private saidAt = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(source: Source, everyMs: number) {
    this.source = source;
    this.everyMs = everyMs;
    this.pauseMs = everyMs;
  }

  /** Call it when the state has changed. */
  note(now: number): void {
    if (this.timer !== null) return;
    const waitMs = this.saidAt + this.pauseMs - now;
    if (waitMs <= 0) this.say(now);
    else this.timer = setTimeout(() => this.sayLater(), waitMs);
  }

  private sayLater(): void {
    this.timer = null;
    this.say(Date.now());
  }

  private say(now: number): void {
    const state = this.source.state();
    if (state === null) return;
    const news = newsOf(state);
    const text = wording(news);
    if (text === this.said) return;
    this.said = text;
    this.saidAt = now;
    void this.send(news);
  }

  private async send(news: RunNews): Promise<void> {
    const beganAt = Date.now();
    try {
      await this.source.send(news);
    } catch (error) {
      this.said = '';
      console.error(JSON.stringify({ at: 'news', runId: news.runId, error: String(error) }));
    }
    this.pauseMs = Math.min(Math.max(this.everyMs, SHARE * (Date.now() - beganAt)), SLOWEST * this.everyMs);
  }
}

/** What people would see; numbers and times that only count up are left out. */
function wording({ seq: _, at: __, activeMs: ___, ...news }: RunNews): string {
  return JSON.stringify(news);
}
