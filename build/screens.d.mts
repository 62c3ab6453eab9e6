export function screens(): Promise<Record<string, string>>;
