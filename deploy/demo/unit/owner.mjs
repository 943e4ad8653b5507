const EVERY_MS = 1_000;

/**
 * Ends this process when the one that owns it is gone, however that one ended.
 * @param {number} pid
 */
export function watchOwner(pid) {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch (error) {
      console.error(`the owner is gone: ${error}`);
      process.exit(0);
    }
  }, EVERY_MS).unref();
}
