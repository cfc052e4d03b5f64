import { type Room, SharedRoom } from "./turn-room.ts";
import { type Asker, partyWithin, Turns } from "./turns.ts";

/** Tasks that begin when they may and end when they are told. */
function world(max: number | Room) {
  const turns = new Turns(max);
  const begun: string[] = [];
  const ends = new Map<string, (fails: boolean) => void>();
  return {
    turns,
    begun,
    take: (name: string, asker: Partial<Asker> = {}) =>
      turns
        .take(
          () =>
            new Promise<string>((resolve, reject) => {
              begun.push(name);
              ends.set(name, (fails) => (fails ? reject(new Error("failed")) : resolve(name)));
            }),
          { party: "a", departure: { aborted: false, reason: undefined }, ...asker },
        )
        .catch((error: Error) => error.message),
    end: (name: string, fails = false) => ends.get(name)?.(fails),
  };
}

it("runs so many at once, the others in their order, and goes on after one that fails", async () => {
  const { turns, begun, take, end } = world(2);
  const names = ["0", "1", "2", "3", "4"];
  const outcomes = names.map((name) => take(name));
  expect(begun).toEqual(["0", "1"]);
  end("1", true);
  expect(await outcomes[1]).toBe("failed");
  expect(begun).toEqual(["0", "1", "2"]);
  for (const name of ["0", "2", "3", "4"]) {
    end(name);
    expect(await outcomes[Number(name)]).toBe(name);
  }
  expect(begun).toEqual(names);
  const asker = { party: "a", departure: { aborted: false, reason: undefined } };
  expect(await turns.take(async () => "again", asker)).toBe("again");
});

it("gives each party its turn, however many another one has waiting", async () => {
  const { begun, take, end } = world(1);
  const names = ["a1", "a2", "a3", "a4", "b1", "c1", "b2"];
  const outcomes = names.map((name) => take(name, { party: name.slice(0, 1) }));
  for (const name of ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]) {
    end(name);
    await outcomes[names.indexOf(name)];
  }
  expect(begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
});

it("gives parts of a party its turns, one after another, and no more than others have", async () => {
  const { begun, take, end } = world(1);
  const names = ["sx1", "sx2", "sy1", "a1", "sz1", "a2", "sx3"];
  const partyOf = (name: string) => (name.startsWith("s") ? partyWithin("s", name.slice(1, 2)) : "a");
  const outcomes = names.map((name) => take(name, { party: partyOf(name) }));
  const turns = ["sx1", "sx2", "a1", "sy1", "a2", "sz1", "sx3"];
  for (const name of turns) {
    end(name);
    await outcomes[names.indexOf(name)];
  }
  expect(begun).toEqual(turns);
});

it("lets go at once whoever is gone, and never runs what was asked for them", async () => {
  const { begun, take, end } = world(1);
  const departure = { aborted: false, reason: new Error("gone") };
  const outcomes = [take("0"), take("1", { departure }), take("2", { party: "b", departure }), take("3")];
  departure.aborted = true;
  expect(await Promise.all(outcomes.slice(1, 3))).toEqual(["gone", "gone"]);
  expect(begun).toEqual(["0"]);
  end("0");
  await outcomes[0];
  end("3");
  expect(await outcomes[3]).toBe("3");
});

it("loses no turn to somebody whose time ends just as it would be theirs", async () => {
  const { begun, take, end } = world(1);
  let questions = 0;
  const departure = {
    get aborted() {
      questions += 1;
      return questions > 1;
    },
    reason: new Error("late"),
  };
  const outcomes = [take("0"), take("1", { departure }), take("2")];
  end("0");
  await outcomes[0];
  end("1");
  await outcomes[1];
  end("2");
  expect(await outcomes[2]).toBe("2");
  expect(begun.at(-1)).toBe("2");
  expect(questions).toBe(1);
});

it("asks nobody in line whether they have gone but those whose turn it is", async () => {
  const { take, end } = world(1);
  let questions = 0;
  const departure = {
    get aborted() {
      questions += 1;
      return false;
    },
    reason: undefined,
  };
  const names = Array.from({ length: 500 }, (_, index) => `${index}`);
  const outcomes = names.map((name) => take(name, { departure }));
  for (const [index, name] of names.entries()) {
    end(name);
    await outcomes[index];
  }
  // And everybody at most a few times, where it takes long.
  expect(questions).toBeLessThan(5 * names.length);
});

describe("of a shared room", () => {
  /** Names such as `ax1`: of party a, its part x. */
  function shared(max: number) {
    const { begun, take, end } = world(new SharedRoom(max));
    const outcomes = new Map<string, Promise<string>>();
    return {
      begun,
      ask(...names: readonly string[]) {
        for (const name of names)
          outcomes.set(name, take(name, { party: partyWithin(name.slice(0, 1), name.slice(1, 2)) }));
      },
      async end(name: string) {
        end(name);
        await outcomes.get(name);
      },
    };
  }
  const many = (of: string, count: number) => Array.from({ length: count }, (_, index) => `${of}${index}`);

  it("a party has half, its other parts some of the rest, and other parties what is left", () => {
    const { begun, ask } = shared(16);
    ask(...many("ax", 20));
    expect(begun).toEqual(many("ax", 8));
    ask("ay0", "ay1", "by0", "by1", "by2");
    expect(begun.slice(8)).toEqual(["ay0", "by0", "by1", "by2"]);
    ask(...many("cz", 20));
    expect(begun.slice(12)).toEqual(["cz0", "cz1"]);
  });

  it("a party leaves a quarter to others, however many parts it has", () => {
    const { begun, ask } = shared(16);
    ask(..."abcdefghijklmnopqrstuvwxyz".split("").flatMap((part) => [`a${part}0`, `a${part}1`]));
    expect(begun).toHaveLength(12);
    ask("bx0");
    expect(begun.at(-1)).toBe("bx0");
  });

  it("whoever waits has its turn when there is room for it, also where that is more than one", async () => {
    const { begun, ask, end } = shared(4);
    ask("ax0", "ax1", "ax2", "bx0", "bx1", "cx0", "cx1", "dx0");
    expect(begun).toEqual(["ax0", "ax1", "bx0", "cx0"]);
    await end("ax0");
    expect(begun.slice(4)).toEqual(["dx0"]);
    for (const name of ["ax1", "bx0", "cx0"]) await end(name);
    expect(new Set(begun.slice(5))).toEqual(new Set(["ax2", "bx1", "cx1"]));
    for (const name of ["dx0", "ax2", "bx1", "cx1"]) await end(name);
    ask(...many("ey", 9));
    expect(begun.slice(8)).toEqual(many("ey", 2));
  });

  it("nobody who left takes room with them", async () => {
    const { turns, take, end, begun } = world(new SharedRoom(2));
    const departure = { aborted: false, reason: new Error("gone") };
    const outcomes = [take("0"), take("1", { departure })];
    departure.aborted = true;
    expect(await outcomes[1]).toBe("gone");
    end("0", true);
    expect(await outcomes[0]).toBe("failed");
    expect(begun).toEqual(["0"]);
    const asker = { party: "a", departure: { aborted: false, reason: undefined } };
    expect(await turns.take(async () => "again", asker)).toBe("again");
  });
});
