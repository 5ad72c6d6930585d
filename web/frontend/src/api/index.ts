/** Asks the API; an answer that nobody waits for any more is cancelled. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "./types";

const BASE = "/api/v1";
const RETRY_AFTER = 2_000;

/** State of each lattice by the answers so far: the first one and the newest. */
const states = signal<Readonly<Record<string, { first: string; newest: string }>>>({});

/** Whether the last question found no server. */
export const serverGone = signal(false);

/** Whether a lattice was changed since its first answer on this page. */
export function hasChanged(lattice: string): boolean {
  const known = states.value[lattice];
  return known !== undefined && known.first !== known.newest;
}

/** Why a question was refused, in the API's own words. */
export class Refusal extends Error {
  readonly problem: Problem;
  readonly hint: string;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
    this.hint = problem.hint ?? "";
  }
}

/** One question in the course of being answered. `content` may be of the question before. */
export interface Resource<T> {
  readonly content: T | null;
  readonly loading: boolean;
  readonly refusal: Refusal | null;
}

type Parameters = Record<string, string | number | readonly string[] | null | undefined>;

/** The path and query of a resource below /api/v1; absent parameters are left out. */
export function apiUrl(path: readonly string[], parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === undefined) continue;
    for (const each of typeof value === "object" ? value : [value]) query.append(name, `${each}`);
  }
  const text = query.toString();
  return `${BASE}/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/** The token that whatever changes something carries; null where the server only reads. */
export function token(): HTMLMetaElement | null {
  return document.querySelector("meta[name=lattice-token]");
}

/** The answer to one question, or to a `request` that changes something; throws a Refusal. */
export async function ask<T>(url: string, abort?: AbortSignal, request?: RequestInit): Promise<T> {
  return (await (await asked(url, abort, request)).json()) as T;
}

/** The same, not yet read. */
export async function asked(
  url: string,
  abort?: AbortSignal,
  request?: RequestInit,
): Promise<Response> {
  let response: Response;
  try {
    const headers = { Accept: "application/json", ...request?.headers };
    response = await fetch(url, { ...request, signal: abort ?? null, headers });
  } catch (error) {
    if (abort?.aborted) throw error;
    serverGone.value = true;
    throw unreachable(0, "The server does not answer.", "Is `lattice serve` still running?");
  }
  serverGone.value = false;
  if (response.ok) {
    noteState(url, response.headers.get("ETag"));
    return response;
  }
  if (response.headers.get("Content-Type")?.includes("json")) {
    throw new Refusal((await response.json()) as Problem);
  }
  throw unreachable(response.status, `The server answered with status ${response.status}.`, "");
}

/** Every answer about a lattice carries the lattice's state as its ETag. */
function noteState(url: string, state: string | null): void {
  const name = new RegExp(`^${BASE}/lattices/([^/?]+)`).exec(url)?.[1];
  if (!name || !state) return;
  const lattice = decodeURIComponent(name);
  const known = states.peek()[lattice];
  if (known?.newest === state) return;
  const first = known?.first ?? state;
  states.value = { ...states.peek(), [lattice]: { first, newest: state } };
}

/** Whether nobody answered at all, so that asking again later may help. */
export function isUnreachable(refusal: Refusal): boolean {
  return refusal.problem.status === 0;
}

function unreachable(status: number, detail: string, hint: string): Refusal {
  return new Refusal({ type: "/problems/unreachable", title: "Unreachable", status, detail, hint });
}

function stopped(): Refusal {
  const detail = "Stopped: the answer was not waited for.";
  return new Refusal({ type: "/problems/stopped", title: "Stopped", status: 499, detail });
}

/** A signal of a resource, and a way to ask again. */
export interface Following<T> {
  readonly value: Resource<T>;
  readonly peek: () => Resource<T>;
  readonly retry: () => void;
  /** Stop waiting for the answer. */
  readonly cancel: () => void;
}

/**
 * A resource that follows a URL: when the URL changes, the question before is cancelled. While
 * the next answer is awaited the last one stays, so that the picture does not flicker. A server
 * that does not answer is asked again until it does. `read` asks, where the answer is no JSON.
 */
export function following<T>(
  url: ReadonlySignal<string | null>,
  read: (url: string, abort: AbortSignal) => Promise<T> = ask,
): Following<T> {
  const attempt = signal(0);
  const resource = signal<Resource<T>>({ content: null, loading: false, refusal: null });
  const retry = () => {
    attempt.value += 1;
  };
  let waiting = new AbortController();
  const cancel = () => {
    waiting.abort();
    if (resource.peek().loading) {
      resource.value = { content: null, loading: false, refusal: stopped() };
    }
  };
  effect(() => {
    attempt.value;
    const wanted = url.value;
    if (wanted === null) {
      resource.value = { content: null, loading: false, refusal: null };
      return undefined;
    }
    const abort = new AbortController();
    waiting = abort;
    let again: ReturnType<typeof setTimeout> | undefined;
    const { content, refusal } = resource.peek();
    const kept = refusal && isUnreachable(refusal) ? refusal : null;
    resource.value = { content, loading: true, refusal: kept };
    read(wanted, abort.signal)
      .then((content) => {
        if (!abort.signal.aborted) resource.value = { content, loading: false, refusal: null };
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        const gone = isUnreachable(error);
        resource.value = { content: gone ? content : null, loading: false, refusal: error };
        if (gone) again = setTimeout(retry, RETRY_AFTER);
      });
    return () => {
      abort.abort();
      clearTimeout(again);
    };
  });
  return {
    get value() {
      return resource.value;
    },
    peek: () => resource.peek(),
    retry,
    cancel,
  };
}
