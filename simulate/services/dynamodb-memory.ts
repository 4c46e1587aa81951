import { Stream } from 'node:stream';

/** Items as dynalite keeps them: attribute values by name. */
export type StoredItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type Callback<T = void> = (error: Error | null, value?: T) => void;

interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** What dynalite asks of a database, in memory and at once: a request is over before anything else happens. */
class MemoryDatabase<T> {
  public readonly awsRegion = 'eu-west-1';
  public readonly awsAccountId = '111111111111';
  private readonly values = new Map<string, T>();
  private sorted?: string[];

  /** dynalite locks items while it changes them; here nothing comes between. */
  public readonly lock = (_key: string, go: (release: <F>(callback: F) => F) => void): void => go((callback) => callback);

  public get(key: string, callback: Callback<T>): void {
    const value = this.values.get(key);
    callback(value === undefined ? Object.assign(new Error('NotFound'), { name: 'NotFoundError' }) : null, value);
  }

  public put(key: string, value: T, callback: Callback): void {
    if (!this.values.has(key)) {
      this.sorted = undefined;
    }
    this.values.set(key, value);
    callback(null);
  }

  public del(key: string, callback: Callback): void {
    this.values.delete(key);
    this.sorted = undefined;
    callback(null);
  }

  public createValueStream({ gt, gte, lt, lte, reverse, limit = -1 }: Range): Stream {
    const keys = (this.sorted ??= [...this.values.keys()].sort()).filter((key) => (
      (gt === undefined || key > gt) && (gte === undefined || key >= gte) && (lt === undefined || key < lt) && (lte === undefined || key <= lte)
    ));
    const ordered = reverse ? keys.reverse() : keys;
    const stream = new Stream();
    // dynalite listens only after it has the stream.
    queueMicrotask(() => {
      (limit < 0 ? ordered : ordered.slice(0, limit)).forEach((key) => stream.emit('data', this.values.get(key)));
      stream.emit('end');
    });
    return stream;
  }

  public all(): T[] {
    return [...this.values.values()];
  }
}

/** A store for dynalite's actions: as its own, but in plain memory. */
export class MemoryStore {
  public readonly options = { createTableMs: 0, maxItemSize: 409_600 };
  public readonly tableDb = new MemoryDatabase<object>();
  private readonly databases = new Map<string, MemoryDatabase<StoredItem>>();

  public getTable(name: string, checkStatus: boolean | Callback<object>, callback?: Callback<object>): void {
    const answer = typeof checkStatus === 'function' ? checkStatus : callback!;
    this.tableDb.get(name, (error, table) => {
      if (error) {
        throw new Error(`There is no table ${name}.`);
      }
      answer(null, table);
    });
  }

  public getItemDb(name: string): MemoryDatabase<StoredItem> {
    return this.database(`item ${name}`);
  }

  public getIndexDb(type: string, table: string, index: string): MemoryDatabase<StoredItem> {
    return this.database(`index ${type.toLowerCase()} ${table} ${index}`);
  }

  /** Empties a table that has no index. */
  public clear(table: string): void {
    this.databases.delete(`item ${table}`);
  }

  /** All items of a table. */
  public items(table: string): StoredItem[] {
    return this.getItemDb(table).all();
  }

  private database(name: string): MemoryDatabase<StoredItem> {
    let database = this.databases.get(name);
    if (database === undefined) {
      database = new MemoryDatabase();
      this.databases.set(name, database);
    }
    return database;
  }
}
