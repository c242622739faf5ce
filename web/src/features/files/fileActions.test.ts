import { expect, it } from "vitest";
import { pathProblem } from "./fileActions";

it.each(["", "  ", "/etc/x", "../x.tac", "a/../../x", "a/", "a\\b"])("refuses %j", (path) => {
  expect(pathProblem(path)).not.toBeNull();
});

it.each(["a.tac", "dir/a.tac", "..a.tac", "a b.tac"])("takes %j", (path) => {
  expect(pathProblem(path)).toBeNull();
});
