/** Opens the data folder of a broker. What it takes is loaded when somebody wants it only. */
import { type OpenStorage, readKept } from "./kept.ts";

/**
 * The data in `folder`, made when there are none.
 * @throws StorageError with a sentence that says what to do: the files are damaged, newer, or open in another process.
 */
export async function openStorage(folder: string): Promise<OpenStorage> {
  const { openLevelStorage } = await import("./level-storage.ts");
  const storage = await openLevelStorage(folder);
  try {
    return await readKept(storage);
  } catch (error) {
    await storage.close();
    throw error;
  }
}
