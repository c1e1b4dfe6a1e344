export async function dev(_options: { port?: string }): Promise<void> {}
