/** A question that is asked at most once, when its answer is first wanted. */
export interface Once<T> {
  (): Promise<T>;
  begun(): boolean;
}

export function once<T>(ask: () => Promise<T>): Once<T> {
  let answer: Promise<T> | undefined;
  const get = () => {
    answer ??= ask();
    return answer;
  };
  return Object.assign(get, { begun: () => answer !== undefined });
}
