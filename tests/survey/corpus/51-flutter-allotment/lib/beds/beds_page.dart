import 'package:flutter/material.dart';

import 'bed.dart';

class BedsPage extends StatelessWidget {
  const BedsPage({super.key, this.beds = const []});

  final List<Bed> beds;

  @override
  Widget build(BuildContext context) {
    return Scaffold(
      body: ListView(children: [for (final bed in beds) ListTile(title: Text('Bed ${bed.number}'))]),
    );
  }
}
