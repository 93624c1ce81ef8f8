{ pkgs ? import <nixpkgs> { } }:
pkgs.rustPlatform.buildRustPackage {
  pname = "pantry";
  version = "1.2.0";
  src = ../.;
  cargoLock.lockFile = ../Cargo.lock;
  buildInputs = [ pkgs.sqlite ];
}
