{
  description = "shelfctl";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-23.11";
  outputs = { self, nixpkgs }:
    let pkgs = nixpkgs.legacyPackages.x86_64-linux; in {
      packages.x86_64-linux.default = pkgs.buildGoModule {
        pname = "shelfctl";
        version = "0.3.0";
        src = ./.;
        vendorHash = null;
      };
      devShells.x86_64-linux.default = pkgs.mkShell { packages = [ pkgs.go pkgs.goreleaser ]; };
    };
}
